import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../bench/options.ts';
import { compareToFloor, printTable, toRow } from '../../bench/report.ts';

function measured(gateway: string, cpuMs: readonly number[]) {
  const slices = cpuMs.map((cpu) => ({
    cpuMs: cpu,
    completed: 100,
    failed: 0,
    failure: null,
    elapsedMs: 1000,
    p50Ms: cpu / 10,
    p99Ms: cpu,
    upstreamRequests: 200,
    unknownRequests: 0,
  }));
  return toRow({ scenario: 'me', gateway, slices }, 50_000_000);
}

describe('the report', () => {
  it('compares the rounds of a gateway with those of the floor', () => {
    const [, row] = compareToFloor([measured('floor', [10, 30, 20]), measured('other', [20, 60, 60])]);
    expect(row).toMatchObject({ cpuMsPerRequest: 0.6, cpuToFloor: 2, p50ToFloor: 2, peakToFloor: 1 });
    expect(row).toMatchObject({ upstreamPerRequest: 2, requestsPerSecond: 100, requests: 300 });
  });

  it('prints a row for what failed, and says why', () => {
    const failed = { scenario: 'me', gateway: 'other', failure: 'did not start' };
    expect(printTable([measured('floor', [10]), failed])).toMatchInlineSnapshot(`
      "| scenario | gateway | CPU ms/request | × floor | requests/s | p50 ms | × floor | p99 ms | peak MB | × floor | upstream/request |
      | -------- | ------- | -------------: | ------: | ---------: | -----: | ------: | -----: | ------: | ------: | ---------------: |
      | me       | floor   |          0.100 |         |        100 |    1.0 |         |   10.0 |      50 |         |             2.00 |
      | me       | other   |              – |       – |          – |      – |       – |      – |       – |       – |                – |

      me, other: did not start"
    `);
  });
});

describe('the options', () => {
  it('spell out groups of scenarios and all gateways', () => {
    expect(parseOptions(['--scenarios', 'me,large-list', '--gateways', 'all'])).toMatchObject({
      scenarios: ['me', 'list-10', 'list-100', 'list-1000', 'list-10000'],
      gateways: [
        'floor',
        'selvedge',
        'grafbase',
        'hive-router',
        'hive',
        'hive-mesh',
        'mercurius',
        'tailcall',
        'apollo',
      ],
    });
  });

  it.each([
    [['--gateways', 'nginx'], /--gateways: nginx is none of floor, selvedge/],
    [['--scenarios', ''], /--scenarios: {2}is none of main/],
    [['--rounds', '0'], /--rounds is a number from 1 to 100, not "0"/],
    [['--seconds', 'x'], /--seconds is a number/],
    [['--speed'], /--speed/],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
