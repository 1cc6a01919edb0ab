/** The input types that the call directives share. */
export const callTypesSdl = /* GraphQL */ `
  """
  How keys are put together: one call for many of them.
  """
  input selvedge__Batch {
    """
    The most keys one call may carry.
    """
    max: Int! = 100
    """
    The field, or fields, of the key by which the answers are matched. Position does not count; a missing answer is null.
    """
    match: [String!]!
  }

  """
  A header of an HTTP call. It is left out when one of the values in it is missing.
  """
  input selvedge__Header {
    name: String!
    """
    Text with \`{args.x}\`, \`{this.x}\`, \`{claims.x}\` and \`{headers.x}\` places.
    """
    value: String!
  }

  """
  How the body of an HTTP call is written.
  """
  enum selvedge__BodyFormat {
    """
    \`application/json\`
    """
    JSON
    """
    \`application/x-www-form-urlencoded\`: \`tag=a&tag=b\` for a list, \`address[city]=Wien\` for an object
    """
    FORM
    """
    no body
    """
    NONE
  }

  """
  How a service writes its names.
  """
  enum selvedge__Naming {
    """
    \`priceCents\` is \`price_cents\`
    """
    SNAKE_CASE
    """
    \`price_cents\` is \`priceCents\`
    """
    CAMEL_CASE
  }

  """
  A failure that a further attempt may mend.
  """
  enum selvedge__RetryCause {
    """
    no connection could be made
    """
    CONNECT
    """
    the connection broke before an answer
    """
    RESET
    """
    an attempt took too long
    """
    TIMEOUT
    """
    the service said that it can't now: HTTP 502, 503, 504, gRPC UNAVAILABLE
    """
    UNAVAILABLE
  }
`;
