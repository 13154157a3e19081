/** Another process changed what the locks were chosen by: the transaction starts again. */
export class LostRace extends Error {
  constructor(what: string) {
    super(`Another transaction was first: ${what}`);
  }
}
