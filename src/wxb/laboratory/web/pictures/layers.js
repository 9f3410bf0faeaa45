// Where the nodes of a graph stand: each in the layer after those it is made of, and within a layer near its neighbours.
// An edge over several layers bends through a place of its own in each, so that no edge runs through a box.

const SWEEPS = 4;

/** {places: [[layer, row], …] of the nodes, routes: [[[layer, row], …], …] of the edges, layers, rows}; rows count about 0. */
export function layered({ nodes, edges }) {
  const depth = depthsOf(nodes, edges), layers = Array.from({ length: Math.max(...depth) + 1 }, () => []);
  nodes.forEach((_, k) => layers[depth[k]].push(`${k}`));
  const routes = edges.map(({ source, target }, k) => {
    const bends = Array.from({ length: depth[target] - depth[source] - 1 }, (_, j) => `${k} ${depth[source] + j + 1}`);
    bends.forEach((bend, j) => layers[depth[source] + j + 1].push(bend));
    return [`${source}`, ...bends, `${target}`];
  });
  ordered(layers, neighboursOf(routes));
  const place = new Map(layers.flatMap((layer, at) => layer.map((item, k) => [item, [at, k - (layer.length - 1) / 2]])));
  return {
    places: nodes.map((_, k) => place.get(`${k}`)),
    routes: routes.map((route) => route.map((item) => place.get(item))),
    layers: layers.length,
    rows: Math.max(...layers.map((layer) => layer.length)),
  };
}

/** One more than what a node is made of; what is made of nothing right before what uses it. Nodes come after what they are made of. */
function depthsOf(nodes, edges) {
  const depth = nodes.map(() => 0), isMade = nodes.map(() => false);
  nodes.forEach((_, k) => {
    for (const { source, target } of edges) if (target === k) [depth[k], isMade[k]] = [Math.max(depth[k], depth[source] + 1), true];
  });
  return depth.map((layer, k) => {
    const users = edges.filter(({ source }) => source === k).map(({ target }) => depth[target]);
    return isMade[k] || !users.length ? layer : Math.min(...users) - 1;
  });
}

function neighboursOf(routes) {
  const beside = new Map(), add = (one, other) => beside.set(one, [...(beside.get(one) ?? []), other]);
  for (const route of routes) {
    route.slice(1).forEach((item, k) => {
      add(item, route[k]);
      add(route[k], item);
    });
  }
  return beside;
}

/** Each layer in the order of the middles of its neighbours, a few times there and back. */
function ordered(layers, neighbours) {
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const layer of sweep % 2 ? layers.toReversed() : layers) {
      const row = new Map(layers.flatMap((each) => each.map((item, k) => [item, k - (each.length - 1) / 2])));
      const middle = new Map(layer.map((item) => {
        const beside = neighbours.get(item) ?? [];
        return [item, beside.length ? beside.reduce((sum, one) => sum + row.get(one), 0) / beside.length : row.get(item)];
      }));
      layer.sort((one, other) => middle.get(one) - middle.get(other));
    }
  }
}
