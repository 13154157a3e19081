import { Injectable } from '@nestjs/common';
import type { Json, PostingAct, RecordAct } from './act.js';

type AnyPosting = PostingAct<Json>;
type AnyRecord = RecordAct<Json>;

/** What can wait for a second person, as the rooms declare it when they start: by the name under which it is stored. */
@Injectable()
export class Acts {
  private readonly posting = new Map<string, AnyPosting>();
  private readonly records = new Map<string, AnyRecord>();

  /** Declares something that is posted. Answers it, to be submitted. */
  addPosting<Data extends Json>(act: PostingAct<Data>): PostingAct<Data> {
    // What is stored under its name is data that it made.
    this.posting.set(act.name, act);
    return act;
  }

  /** Declares a change of a record. */
  addRecord<Data extends Json>(act: RecordAct<Data>): RecordAct<Data> {
    this.records.set(act.name, act);
    return act;
  }

  postingOf(name: string): AnyPosting | undefined {
    return this.posting.get(name);
  }

  recordOf(name: string): AnyRecord | undefined {
    return this.records.get(name);
  }
}
