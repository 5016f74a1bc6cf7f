import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { requireOutput, stackOutputs } from './stackOutputs.ts';

const cloudFormation = mockClient(CloudFormationClient);
beforeEach(() => cloudFormation.reset());

describe('the outputs of a stack', () => {
  it('are read by name', async () => {
    cloudFormation.on(DescribeStacksCommand, { StackName: 'kef' }).resolves({
      Stacks: [
        {
          StackName: 'kef',
          CreationTime: new Date(0),
          StackStatus: 'CREATE_COMPLETE',
          Outputs: [{ OutputKey: 'ApiUrl', OutputValue: 'https://api.example' }, { OutputKey: 'Half' }],
        },
      ],
    });
    const outputs = await stackOutputs({ stack: 'kef', region: 'eu-west-1' });
    expect(outputs).toEqual({ ApiUrl: 'https://api.example' });
    expect(requireOutput(outputs, 'ApiUrl', 'kef')).toBe('https://api.example');
    expect(() => requireOutput(outputs, 'RouteFunction', 'kef')).toThrow(/stack kef has no output RouteFunction/);
  });

  it('are missing with a reason and a way out', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id nope does not exist'));
    await expect(stackOutputs({ stack: 'nope', region: 'eu-west-1' })).rejects.toMatchObject({
      code: 'UsageInvalid',
      message: expect.stringMatching(/stack nope cannot be read in eu-west-1.*does not exist.*--region/),
    });
  });
});
