/** Whose time it was: what a profile of V8 says about code of the extension. */

const OURS = /\/extensions\/jupyter-gov\//;

/**
 * Sum up a profile, in ms, for the whole and for each long task.
 *
 * `own` is the time with a frame of ours on the stack. React calls our components from its own frames, so `entry` counts more: the
 * whole of every call from the browser's event loop in which a frame of ours has run at any moment. What is ours lies between.
 *
 * @param profile - what `Profiler.stop` returned
 * @param origin - the time that `performance.now()` counts from, in the µs of the profile
 * @param long - start and duration of each long task, in ms
 */
function costs(profile, origin, long) {
  const samples = read(profile, origin);
  const tasks = long.map(([start, duration]) => {
    const inside = samples.filter(sample => sample.at >= start && sample.at < start + duration);
    return { ms: duration, ...share(inside) };
  });
  const script = samples.filter(sample => sample.isScript).reduce((total, sample) => total + sample.ms, 0);
  return { long: tasks, script, ...share(samples) };
}

/** The samples in order, each with its duration, whether it is ours, and a number for the call that it belongs to. */
function read(profile, origin) {
  const parents = new Map(profile.nodes.flatMap(node => (node.children ?? []).map(child => [child, node.id])));
  const nodes = new Map(profile.nodes.map(node => [node.id, node]));
  const stacks = new Map(profile.nodes.map(node => [node.id, stackOf(node.id, nodes, parents)]));
  let time = profile.startTime;
  let call = 0;
  let top = null;
  return profile.samples.map((id, place) => {
    time += profile.timeDeltas[place];
    const stack = stacks.get(id);
    // An idle moment, or another first frame, ends a call.
    const first = stack.isScript ? stack.top : null;
    if (first !== top) {
      top = first;
      call++;
    }
    const next = profile.timeDeltas[place + 1] ?? 0;
    return { at: (time - origin) / 1000, ms: next / 1000, call, isOurs: stack.isOurs, isScript: stack.isScript };
  });
}

/** What a node's stack says: whether a frame of ours is on it, and its outermost function. */
function stackOf(id, nodes, parents) {
  let isOurs = false;
  let top = null;
  for (let at = id; at !== undefined; at = parents.get(at)) {
    const { functionName, url } = nodes.get(at).callFrame;
    isOurs ||= OURS.test(url);
    if (functionName !== '(root)') {
      top = at;
    }
  }
  const isScript = top !== null && !['(idle)', '(program)'].includes(nodes.get(top).callFrame.functionName);
  return { isOurs, isScript, top };
}

function share(samples) {
  const calls = new Set(samples.filter(sample => sample.isOurs).map(sample => sample.call));
  const time = wanted => samples.filter(wanted).reduce((total, sample) => total + sample.ms, 0);
  return { own: time(sample => sample.isOurs), entry: time(sample => calls.has(sample.call)) };
}

module.exports = { costs };
