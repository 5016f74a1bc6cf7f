/**
 * Opt-in check: our event pattern matcher against AWS's own (software.amazon.event.ruler, Apache-2.0, from Maven Central).
 * One accident of its text ranges we do not follow: an IPv4 range with a mask of one bit or none also takes in IPv6 addresses.
 * Run `node test/oracle/eventRuler.ts [PAIRS] [SEED]`; needs `java` (17+) and `mvn`. Prints the agreement, exits 1 on a difference.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KefError } from '../../lib/errors.ts';
import { compileEventPattern } from '../../lib/local/pattern/eventPattern.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/local/pattern/json.ts';
import { chosenPairs, type Pair, randomPairs } from './patternPairs.ts';

const rulerVersion = '2.1.0';

function missingTool(): string | undefined {
  return ['java', 'mvn'].find((tool) => spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined);
}

function downloadRuler(directory: string): string {
  const pom = `<project><modelVersion>4.0.0</modelVersion><groupId>oracle</groupId><artifactId>oracle</artifactId><version>1</version>
<dependencies><dependency><groupId>software.amazon.event.ruler</groupId><artifactId>event-ruler</artifactId><version>${rulerVersion}</version></dependency></dependencies></project>`;
  writeFileSync(join(directory, 'pom.xml'), pom);
  execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
    cwd: directory,
    stdio: 'inherit',
  });
  const jars = readdirSync(join(directory, 'jars')).filter((name) => name.endsWith('.jar'));
  return jars.map((name) => join(directory, 'jars', name)).join(delimiter);
}

function rulerVerdicts(classPath: string, pairs: readonly Pair[]): string[] {
  const source = fileURLToPath(new URL('./RulerOracle.java', import.meta.url));
  const output = execFileSync('java', ['-cp', classPath, source], {
    input: pairs.map((pair) => JSON.stringify(pair)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return output.trimEnd().split('\n');
}

function ourVerdict([pattern, event]: Pair): string {
  try {
    return compileEventPattern(pattern).matches(event) ? 'match' : 'none';
  } catch (error) {
    if (error instanceof KefError && error.code === 'ConfigInvalid') return 'refused';
    throw error;
  }
}

/** A pattern without `$or`, as dotted paths; AWS reads `{"a.b": …}` like `{"a": {"b": …}}`. */
type Branch = Readonly<Record<string, JsonValue[]>>;

/**
 * The plainest patterns that together mean the same: one per `$or` alternative, with one element per array. event-ruler
 * puts a pattern's parts into one automaton, where some disturb each other (case-insensitive affixes with multi-byte letters
 * beside wildcards); a pair it judges otherwise than its own plain parts says nothing about us.
 */
function plainParts(pattern: JsonValue): JsonValue[] {
  if (!isJsonObject(pattern)) return [pattern];
  return branchesOf([{}], '', pattern).flatMap((branch) =>
    Object.entries(branch).reduce<JsonObject[]>(
      (parts, [path, elements]) => parts.flatMap((part) => elements.map((element) => ({ ...part, [path]: [element] }))),
      [{}],
    ),
  );
}

function branchesOf(branches: readonly Branch[], prefix: string, object: JsonObject): readonly Branch[] {
  return Object.entries(object).reduce<readonly Branch[]>((current, [key, child]) => {
    if (key === '$or' && Array.isArray(child)) {
      return child.flatMap((alternative) =>
        isJsonObject(alternative) ? branchesOf(current, prefix, alternative) : [],
      );
    }
    if (Array.isArray(child)) return current.map((branch) => ({ ...branch, [prefix + key]: child }));
    return isJsonObject(child) ? branchesOf(current, `${prefix}${key}.`, child) : current;
  }, branches);
}

function rulerContradictsItself(classPath: string, [pattern, event]: Pair, verdict: string | undefined): boolean {
  const verdicts = rulerVerdicts(
    classPath,
    plainParts(pattern).map((part): Pair => [part, event]),
  );
  return (verdicts.includes('match') ? 'match' : 'none') !== verdict;
}

const missing = missingTool();
if (missing !== undefined) {
  console.log(`skipped: ${missing} is not installed, and AWS's event-ruler is a Java library`);
} else {
  const [countText = '5000', seedText = '1'] = process.argv.slice(2);
  const pairs = [...chosenPairs, ...randomPairs(Number(countText), Number(seedText))];
  const directory = mkdtempSync(join(tmpdir(), 'kef-oracle-'));
  try {
    const classPath = downloadRuler(directory);
    const theirs = rulerVerdicts(classPath, pairs);
    const differing = pairs.flatMap((pair, index) =>
      ourVerdict(pair) === theirs[index] ? [] : [{ pair, verdict: theirs[index] }],
    );
    const ours = differing.filter(({ pair, verdict }) => !rulerContradictsItself(classPath, pair, verdict));
    const counts = ['match', 'none', 'refused'].map(
      (verdict) => `${theirs.filter((each) => each === verdict).length} ${verdict}`,
    );
    console.log(
      `event-ruler ${rulerVersion}: ${pairs.length - differing.length} of ${pairs.length} pairs agree (${counts.join(', ')})`,
    );
    console.log(
      `${differing.length - ours.length} more in which event-ruler contradicts itself; ${ours.length} differ`,
    );
    for (const { pair, verdict } of ours) console.log(`event-ruler says ${verdict}: ${JSON.stringify(pair)}`);
    if (ours.length > 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
