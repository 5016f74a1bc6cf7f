/** A local cloud in a process of its own, to be killed: `node cloudProcess.ts CDK_OUT DATA_DIR`. Prints its endpoint when ready. */
import { startLocalCloud } from '../../lib/local/startLocalCloud.ts';

const [cdkOut = '', dataDir = ''] = process.argv.slice(2);
const cloud = await startLocalCloud({ cdkOut, dataDir, clusterId: 'demo' });
console.log(cloud.endpointUrl);
