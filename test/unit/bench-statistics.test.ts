import { compareRounds, median, quartiles } from '../../bench/statistics.js';

describe('the benchmark compares rounds', () => {
  it('by the middle of an odd, and between the two middles of an even number', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quartiles([1, 2, 3, 4, 5])).toEqual([2, 4]);
    expect(() => median([])).toThrow();
  });

  const old = [98, 99, 100, 101, 102];

  it('calls worse what is more than 5 % worse and apart from the spread of the other', () => {
    expect(compareRounds(old, [92, 93, 94, 95, 96], 'more')).toMatchObject({ verdict: 'worse', ratio: 0.94 });
    expect(compareRounds(old, [92, 93, 94, 95, 96], 'less').verdict).toBe('better');
    expect(compareRounds(old, [105, 106, 107, 108, 109], 'less').verdict).toBe('worse');
    expect(compareRounds(old, [105, 106, 107, 108, 109], 'more').verdict).toBe('better');
  });

  it('calls the same what differs by 5 % at most, however narrow the spread', () => {
    expect(compareRounds(old, [95, 95, 95, 95, 95], 'more').verdict).toBe('same');
  });

  it('calls the same what differs by more while the spreads overlap', () => {
    expect(compareRounds([80, 90, 100, 110, 120], [70, 80, 90, 100, 110], 'more').verdict).toBe('same');
  });

  it('does not lose its judgement over one bad round of seven', () => {
    expect(compareRounds([100, 100, 100, 100, 100, 100, 100], [100, 100, 100, 20, 100, 100, 100], 'more').verdict).toBe('same');
  });
});
