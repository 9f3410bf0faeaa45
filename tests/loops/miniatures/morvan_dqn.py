"""MorvanZhou/PyTorch-Tutorial DQN: two networks, a memory in numpy, targets from the older network."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH_SIZE, LR, EPSILON, GAMMA, TARGET_REPLACE_ITER, MEMORY_CAPACITY = 8, 0.01, 0.9, 0.9, 10, 20
N_ACTIONS, N_STATES = 2, 3


class Env:
    def reset(self):
        self.s, self.t = np.zeros(N_STATES), 0
        return self.s

    def step(self, a):
        self.t += 1
        self.s = self.s * 0.9 + np.random.randn(N_STATES) * 0.1 + (0.1 if a else -0.1)
        return self.s, -float(abs(self.s[0])), self.t >= 12


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(N_STATES, 12)
        self.fc1.weight.data.normal_(0, 0.1)
        self.out = nn.Linear(12, N_ACTIONS)
        self.out.weight.data.normal_(0, 0.1)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        return self.out(x)


class DQN(object):
    def __init__(self):
        self.eval_net, self.target_net = Net(), Net()
        self.learn_step_counter = 0
        self.memory_counter = 0
        self.memory = np.zeros((MEMORY_CAPACITY, N_STATES * 2 + 2))
        self.optimizer = torch.optim.Adam(self.eval_net.parameters(), lr=LR)
        self.loss_func = nn.MSELoss()

    def choose_action(self, x):
        x = torch.unsqueeze(torch.FloatTensor(x), 0)
        if np.random.uniform() < EPSILON:
            actions_value = self.eval_net.forward(x)
            action = torch.max(actions_value, 1)[1].data.numpy()[0]
        else:
            action = np.random.randint(0, N_ACTIONS)
        return action

    def store_transition(self, s, a, r, s_):
        self.memory[self.memory_counter % MEMORY_CAPACITY, :] = np.hstack((s, [a, r], s_))
        self.memory_counter += 1

    def learn(self):
        if self.learn_step_counter % TARGET_REPLACE_ITER == 0:
            self.target_net.load_state_dict(self.eval_net.state_dict())
        self.learn_step_counter += 1
        b_memory = self.memory[np.random.choice(MEMORY_CAPACITY, BATCH_SIZE), :]
        b_s = torch.FloatTensor(b_memory[:, :N_STATES])
        b_a = torch.LongTensor(b_memory[:, N_STATES:N_STATES + 1].astype(int))
        b_r = torch.FloatTensor(b_memory[:, N_STATES + 1:N_STATES + 2])
        b_s_ = torch.FloatTensor(b_memory[:, -N_STATES:])
        q_eval = self.eval_net(b_s).gather(1, b_a)
        q_next = self.target_net(b_s_).detach()
        q_target = b_r + GAMMA * q_next.max(1)[0].view(BATCH_SIZE, 1)
        loss = self.loss_func(q_eval, q_target)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


np.random.seed(0)
torch.manual_seed(0)
env, dqn = Env(), DQN()
for i_episode in range(4):
    s, ep_r, done = env.reset(), 0, False
    while not done:
        a = dqn.choose_action(s)
        s_, r, done = env.step(a)
        dqn.store_transition(s, a, r, s_)
        ep_r += r
        if dqn.memory_counter > MEMORY_CAPACITY:
            dqn.learn()
        s = s_
    print("Ep: ", i_episode, "| Ep_r: ", round(ep_r, 2))

# fault: broadcast  the next values without their column
# - q_target = b_r + GAMMA * q_next.max(1)[0].view(BATCH_SIZE, 1)
# + q_target = b_r + GAMMA * q_next.max(1)[0]
# @ loss = self.loss_func(q_eval, q_target)
# fault: no-update  the optimizer holds the network of the targets
# - self.optimizer = torch.optim.Adam(self.eval_net.parameters(), lr=LR)
# + self.optimizer = torch.optim.Adam(self.target_net.parameters(), lr=LR)
