export const REDACTED = '[redacted]';

const SECRET_NAME =
  /pass(?:word|wd|phrase)|secret|credential|authori[sz]ation|cookie|(?:api|private)[-_]?key|^(?:(?:access|refresh|id|auth|session|csrf|bearer)[-_]?)?token$/i;
/** Beyond those, what a header's name says is nobody's to read. */
const SECRET_HEADER = /auth|token|secret|cookie|session|signature|api-?key|credential/i;
const SECRET_IN_TEXT = /\bBearer\s+[^\s"']{8,}|\beyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]*/g;
const SECRET_TEXT = /^Bearer\s+\S|^Basic\s+[\w+/=]{8,}$|^eyJ[\w-]{8,}\.eyJ[\w-]+\.[\w-]*$/;

/** Whether what bears this name is a secret. */
export type IsSecret = (name: string) => boolean;

export const isSecretName: IsSecret = (name) => SECRET_NAME.test(name);

/** Of headers, metadata and parameters of a URL. */
export const isSecretHeader: IsSecret = (name) => SECRET_HEADER.test(name) || isSecretName(name);

/** A value's text, whatever its name: without the tokens in it. */
export function redactText(text: string): string {
  return SECRET_TEXT.test(text) ? REDACTED : redactTokens(text);
}

/** Words of a service without the tokens in them: services like to repeat what they were sent, and what they could not read. */
export function redactTokens(text: string): string {
  return text.replace(SECRET_IN_TEXT, REDACTED);
}
