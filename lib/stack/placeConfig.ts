import * as z from 'zod';

/** Name of an AWS region. */
export const regionText = z
  .string('must be text')
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region name like eu-west-1');

/** AWS account number. YAML reads one without quotes as a number and loses leading zeros, hence text only. */
export const accountText = z
  .string('must be text: put quotes around the account number')
  .regex(/^\d{12}$/, 'must be 12 digits');
