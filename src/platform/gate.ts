/** How many may be in at once, and how many wait for how long. */
export interface GateLimits {
  readonly places: number;
  /** Most that wait. */
  readonly waiting: number;
  /** Milliseconds that one waits at most. */
  readonly waitMs: number;
  /** Most of one owner, inside and waiting together: nobody takes all places. */
  readonly share: number;
}

/** Gives the place back; once, however often it is called. */
export type Leave = () => void;

interface Waiting {
  readonly admit: () => void;
}

/** Lets in so many at once, first come, first served; who would wait too long, or behind too many, is told so at once. */
export class Gate {
  private inside = 0;
  private readonly line: Waiting[] = [];
  private readonly owners = new Map<string, number>();
  private refusals = 0;

  constructor(private readonly limits: GateLimits) {}

  /** Inside, waiting, and how many were refused so far. */
  get counts(): { readonly inside: number; readonly waiting: number; readonly refused: number } {
    return { inside: this.inside, waiting: this.line.length, refused: this.refusals };
  }

  /** Resolves when there is a place; null: too much waits, or it took too long. */
  async enter(owner: string): Promise<Leave | null> {
    const { places, waiting, share } = this.limits;
    const ofOwner = this.owners.get(owner) ?? 0;
    const isFull = this.inside >= places && this.line.length >= waiting;
    if (isFull || ofOwner >= share) return this.refuse();
    this.owners.set(owner, ofOwner + 1);
    if (this.inside < places) this.inside++;
    else if (!(await this.wait())) {
      this.forget(owner);
      return this.refuse();
    }
    let isOut = false;
    return () => {
      if (isOut) return;
      isOut = true;
      this.forget(owner);
      this.inside--;
      this.line.shift()?.admit();
    };
  }

  private wait(): Promise<boolean> {
    return new Promise((resolve) => {
      const one: Waiting = {
        admit: () => {
          clearTimeout(timer);
          this.inside++;
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(one), 1);
        resolve(false);
      }, this.limits.waitMs);
      this.line.push(one);
    });
  }

  private refuse(): null {
    this.refusals++;
    return null;
  }

  private forget(owner: string): void {
    const left = (this.owners.get(owner) ?? 1) - 1;
    if (left === 0) this.owners.delete(owner);
    else this.owners.set(owner, left);
  }
}
