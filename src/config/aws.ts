import { z } from 'zod';

const text = z.string().min(1, 'text that is not empty');

/** How AWS is spoken to: its credentials are the config's or the environment's, never a schema's. */
export const aws = z.strictObject({
  endpoint: text
    .refine((url) => /^https?:/.test(url) && URL.canParse(url), 'a URL that begins with http: or https:')
    .optional()
    .describe("of AWS Lambda; the region's own by default"),
  accessKeyId: text.optional().describe('AWS_ACCESS_KEY_ID by default'),
  secretAccessKey: text.optional().describe('AWS_SECRET_ACCESS_KEY by default'),
  sessionToken: text.optional().describe('AWS_SESSION_TOKEN by default'),
});
