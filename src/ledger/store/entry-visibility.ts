/**
 * Which journal entries `e` officers see whose agency reaches those of the parameter given (`$7`): those of the lines that they lead, a
 * virement by either line. An entry without line is the whole fund's and seen by everybody.
 */
export function entrySeenBy(agency: string): string {
  return `(e.line_id IS NULL OR EXISTS (
    SELECT FROM programme_line led
     WHERE led.fund_id = e.fund_id AND (led.id = e.line_id OR led.code = e.details ->> 'toLine') AND led.lead_agencies && ${agency}::text[]))`;
}
