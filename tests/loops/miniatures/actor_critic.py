"""pytorch/examples reinforcement_learning/actor_critic: two heads, advantages, smooth_l1_loss of values."""
from collections import namedtuple
import random
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Categorical

SavedAction = namedtuple("SavedAction", ["log_prob", "value"])


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(4, 16)
        self.action_head = nn.Linear(16, 2)
        self.value_head = nn.Linear(16, 1)
        self.saved_actions = []
        self.rewards = []

    def forward(self, x):
        x = F.relu(self.affine1(x))
        action_prob = F.softmax(self.action_head(x), dim=-1)
        state_values = self.value_head(x)
        return action_prob, state_values


def select_action(state):
    state = torch.tensor(state)
    probs, state_value = model(state)
    m = Categorical(probs)
    action = m.sample()
    model.saved_actions.append(SavedAction(m.log_prob(action), state_value))
    return action.item()


def finish_episode():
    R = 0
    policy_losses, value_losses, returns = [], [], []
    for r in model.rewards[::-1]:
        R = r + 0.99 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-7)
    for (log_prob, value), R in zip(model.saved_actions, returns):
        advantage = R - value.item()
        policy_losses.append(-log_prob * advantage)
        value_losses.append(F.smooth_l1_loss(value, torch.tensor([R])))
    optimizer.zero_grad()
    loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
    loss.backward()
    optimizer.step()
    del model.rewards[:]
    del model.saved_actions[:]


torch.manual_seed(543)
random.seed(543)
model = Policy()
optimizer = optim.Adam(model.parameters(), lr=3e-2)
for i_episode in range(8):
    state = [0.1, 0.0, -0.1, 0.0]
    for t in range(10):
        action = select_action(state)
        state = [s + random.gauss(0, 0.1) + 0.1 * (action - 0.5) for s in state]
        model.rewards.append(1.0 - abs(state[0]))
    print("Episode", i_episode, sum(model.rewards))
    finish_episode()

# fault: stale-gradients  zero_grad is forgotten
# - optimizer.zero_grad()
# @ loss.backward()
# fault: none  the policy's loss moves the critic too: a choice that some make
# - advantage = R - value.item()
# + advantage = R - value
