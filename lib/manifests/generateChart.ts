import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartFiles } from './chart.ts';

/** Where the chart is in the repository. */
export const chartFolder = fileURLToPath(new URL('../../charts/kube-event-forwarder', import.meta.url));

if (import.meta.main) {
  await rm(chartFolder, { recursive: true, force: true });
  for (const [file, content] of chartFiles()) {
    const target = path.join(chartFolder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
  console.log(`${path.relative(process.cwd(), chartFolder)}: ${chartFiles().size} files`);
}
