// Names near one that is not there: the twin of Python's difflib.get_close_matches.

/** The names that share the most with a word, at most three. */
export function nearest(word, names, most = 3, least = 0.5) {
  return names
    .map((name) => [(2 * shared([...name], [...word])) / (name.length + word.length || 1), name])
    .filter(([score]) => score >= least)
    .sort(([one, a], [other, b]) => other - one || (a < b ? 1 : -1))
    .slice(0, most)
    .map(([, name]) => name);
}

/** Letters in the longest block of both, and in those before and behind it. */
function shared(a, b) {
  let [start, other, length] = [0, 0, 0];
  let row = new Array(b.length + 1).fill(0);
  for (let i = 0; i < a.length; i++) {
    const next = new Array(b.length + 1).fill(0);
    for (let j = 0; j < b.length; j++) {
      if (a[i] !== b[j]) continue;
      next[j + 1] = row[j] + 1;
      if (next[j + 1] > length) [start, other, length] = [i - next[j + 1] + 1, j - next[j + 1] + 1, next[j + 1]];
    }
    row = next;
  }
  if (length === 0) return 0;
  return length + shared(a.slice(0, start), b.slice(0, other)) + shared(a.slice(start + length), b.slice(other + length));
}
