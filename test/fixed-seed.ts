import fc from 'fast-check';

// What is random in tests is the same in each run, so that CI fails by a change and not by chance. SEED=7 npm test tries others.
fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 1) });
