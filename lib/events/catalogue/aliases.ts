/** Reasons that a name given by a person stands for; the name itself is one of them. */
export function reasonsMeantBy(name: string): readonly string[] {
  return [name];
}
