"""pytorch/examples reinforcement_learning/reinforce: log-probabilities saved over an episode, discounted returns."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Categorical

eps = np.finfo(np.float32).eps.item()


class Env:
    def reset(self):
        self.at, self.rng = np.zeros(4, dtype=np.float32), np.random.RandomState(0)
        return self.at

    def step(self, action):
        self.at = self.at + self.rng.randn(4).astype(np.float32) * 0.3 + (action - 0.5)
        return self.at, 1.0, bool(abs(self.at[0]) > 2.5)


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(4, 16)
        self.dropout = nn.Dropout(p=0.6)
        self.affine2 = nn.Linear(16, 2)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, x):
        x = self.affine1(x)
        x = self.dropout(x)
        x = F.relu(x)
        action_scores = self.affine2(x)
        return F.softmax(action_scores, dim=1)


def select_action(state):
    state = torch.from_numpy(state).float().unsqueeze(0)
    probs = policy(state)
    m = Categorical(probs)
    action = m.sample()
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item()


def finish_episode():
    R = 0
    policy_loss, returns = [], []
    for r in policy.rewards[::-1]:
        R = r + 0.99 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    for log_prob, R in zip(policy.saved_log_probs, returns):
        policy_loss.append(-log_prob * R)
    optimizer.zero_grad()
    policy_loss = torch.cat(policy_loss).sum()
    policy_loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]


torch.manual_seed(543)
env, policy = Env(), Policy()
optimizer = optim.Adam(policy.parameters(), lr=1e-2)
running_reward = 10
for i_episode in range(8):
    state, ep_reward = env.reset(), 0
    for t in range(1, 12):
        action = select_action(state)
        state, reward, done = env.step(action)
        policy.rewards.append(reward)
        ep_reward += reward
        if done:
            break
    running_reward = 0.05 * ep_reward + 0.95 * running_reward
    finish_episode()
    print("Episode {} Last reward: {:.2f} Average reward: {:.2f}".format(i_episode, ep_reward, running_reward))

# fault: crash  the log-probabilities of earlier episodes are kept
# - del policy.saved_log_probs[:]
# @ policy.saved_log_probs.append(m.log_prob(action))
# fault: softmax-dim  over the one row: every probability is 1
# - return F.softmax(action_scores, dim=1)
# + return F.softmax(action_scores, dim=0)
