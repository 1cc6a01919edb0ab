import { ProblemDetails } from '../http-service.ts';
import type { NewProduct, NewReview } from './catalog.ts';

type Fields = Readonly<Record<string, unknown>>;
type Fault = { readonly field: string; readonly message: string };

/** A product as clients send it. Throws ProblemDetails 422 with everything that is wrong. */
export function parseNewProduct(body: Fields): NewProduct {
  const faults: Fault[] = [];
  const price = typeof body['price'] === 'object' && body['price'] !== null ? (body['price'] as Fields) : {};
  const product = {
    name: text(body, 'name', { max: 120, faults }),
    description: (body['description'] ?? null) === null ? null : text(body, 'description', { max: 2000, faults }),
    category: text(body, 'category', { max: 40, faults }),
    priceCents: wholeNumber(price['amount'], { field: 'price.amount', from: 0, to: 10_000_000, faults }),
    weightGrams: wholeNumber(body['weight_grams'], { field: 'weight_grams', from: 1, to: 100_000, faults }),
  };
  if (faults.length > 0) throw new ProblemDetails(422, 'The product is not valid.', faults);
  return product;
}

/** A review as clients send it. Throws ProblemDetails 422 with everything that is wrong. */
export function parseNewReview(body: Fields): NewReview {
  const faults: Fault[] = [];
  const review = {
    text: text(body, 'text', { max: 2000, faults }),
    rating: wholeNumber(body['rating'], { field: 'rating', from: 1, to: 5, faults }),
    authorId: text(body, 'author_id', { max: 40, faults }),
  };
  if (faults.length > 0) throw new ProblemDetails(422, 'The review is not valid.', faults);
  return review;
}

/** A number of the query string; `fallback` where it is absent. Throws ProblemDetails 422. */
export function readCount(
  query: URLSearchParams,
  name: string,
  range: { readonly fallback: number; readonly to: number },
): number {
  const value = query.get(name);
  if (value === null || value === '') return range.fallback;
  const faults: Fault[] = [];
  const count = wholeNumber(/^\d+$/.test(value) ? Number(value) : value, {
    field: name,
    from: 1,
    to: range.to,
    faults,
  });
  if (faults.length > 0) throw new ProblemDetails(422, 'The query is not valid.', faults);
  return count;
}

function text(
  body: Fields,
  field: string,
  { max, faults }: { readonly max: number; readonly faults: Fault[] },
): string {
  const value = body[field];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= max) return value;
  faults.push({ field, message: `must be text of 1 to ${max} characters` });
  return '';
}

function wholeNumber(
  value: unknown,
  {
    field,
    from,
    to,
    faults,
  }: { readonly field: string; readonly from: number; readonly to: number; readonly faults: Fault[] },
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  faults.push({ field, message: `must be a whole number from ${from} to ${to}` });
  return 0;
}
