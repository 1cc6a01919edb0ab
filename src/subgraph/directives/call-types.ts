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
  A header of an HTTP call, or an entry of a gRPC call's metadata. It is left out when one of the values in it is missing.
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
  How a service parts a list into pages.
  """
  enum selvedge__PageBy {
    """
    by a number: \`?page=2\`
    """
    PAGE
    """
    by how many items come before: \`?offset=40\`
    """
    OFFSET
    """
    by a text that the page before has told: \`?cursor=x\`
    """
    CURSOR
    """
    by the \`Link\` header (RFC 8288) of the page before
    """
    LINK
  }

  """
  How a field is gathered out of a service's pages.
  """
  input selvedge__Paginate {
    by: selvedge__PageBy!
    """
    The query parameter of the number, offset or cursor: \`page\`, \`offset\` and \`cursor\` unless said. Of LINK: where in the next page's URL its cursor is; a connection needs it.
    """
    param: String
    """
    The query parameter for how many items a page shall have. Without it pages have always \`pageSize\`.
    """
    size: String
    """
    The most items a page may have.
    """
    pageSize: Int! = 100
    """
    The number of the first page.
    """
    firstPage: Int! = 1
    """
    JMESPath over an answer: of CURSOR the next cursor, none at the end; of PAGE and OFFSET whether there are more pages. Without it a page that is not full is the last.
    """
    next: String
    """
    JMESPath over an answer: how many items there are in all pages, for \`totalCount\` and to know the last page.
    """
    total: String
    """
    The most items the field may give; more are an error.
    """
    max: Int! = 1000
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
