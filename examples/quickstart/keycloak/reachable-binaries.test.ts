import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everyoneMayEnter } from './reachable-binaries.ts';

test('a folder may be entered by everyone only when each one above it may', () => {
  const base = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  try {
    const inner = join(base, 'open');
    mkdirSync(inner, { mode: 0o755 });
    chmodSync(base, 0o700);
    expect(everyoneMayEnter(inner)).toBe(false);
    chmodSync(base, 0o711);
    expect(everyoneMayEnter(inner)).toBe(true);
    chmodSync(inner, 0o750);
    expect(everyoneMayEnter(inner)).toBe(false);
  } finally {
    rmSync(base, { recursive: true });
  }
});
