import type { ProblemCode } from '../kernel/index.js';

/** Refusals that a reservation can come to by what it is, alone or as an item of a batch. */
export const RESERVE_REFUSALS = [
  'forbidden',
  'not-found',
  'year-not-open',
  'line-not-reservable',
  'line-rule-violated',
  'project-already-subsidised',
  'insufficient-funds',
  'ledger-damaged',
] as const satisfies readonly ProblemCode[];
