import { z } from 'zod';

const text = z.string().min(1, 'text that is not empty');

/** How AWS is spoken to: its credentials are the config's or the standard chain's, never a schema's. */
export const aws = z.strictObject({
  endpoint: text
    .refine((url) => /^https?:/.test(url) && URL.canParse(url), 'a URL that begins with http: or https:')
    .optional()
    .describe("of AWS Lambda; the region's own by default"),
  profile: text.optional().describe('of the shared config and credentials files; AWS_PROFILE by default'),
  accessKeyId: text.optional().describe('looked for as by AWS tools by default'),
  secretAccessKey: text.optional().describe('of accessKeyId'),
  sessionToken: text.optional().describe('of temporary credentials'),
});
