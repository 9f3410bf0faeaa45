// `</>` of ⑨: so many calls of backward() on 2w + 5, as PyTorch makes them, and as the command and the call explain them.

/** {torch, command, python}. */
export function beakerCode({ calls, zero }) {
  const loop = [`for _ in range(${calls}):`, zero ? "    w.grad = None" : "    # w.grad = None", "    z = 2*w + 5", "    z.backward()"];
  const body = ["w = torch.tensor(1.0, requires_grad=True)", ...loop, "print(w.grad)"];
  const times = Math.max(calls, 1);
  return {
    torch: ["import torch", "", ...body].join("\n"),
    command: `wxb explain '2*w + 5' --at w=1 --times ${times}${zero ? " --zero-grad" : ""}`,
    python: ["import torch", "import wxb", "", ...body, "print(wxb.explain(2*w + 5))"].join("\n"),
  };
}
