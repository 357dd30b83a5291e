import torch, torch.nn as nn
import torch.nn.functional as F
#import numpy as np
#import matplotlib.pyplot as plt

# LAB 3 - final version (really)

device = 'cuda' if torch.cuda.is_available() else 'cpu'
DEBUG = False

class block1(nn.Module):
  def __init__(self, ch_in, ch_out):
    super().__init__()
    self.c1 = nn.Conv2d(ch_in, ch_out, 3, padding=1); self.b1 = nn.BatchNorm2d(ch_out)
    self.c2 = nn.Conv2d(ch_out, ch_out, 3, padding=1)
    self.b2 = nn.BatchNorm2d(ch_out)
    self.skip = nn.Conv2d(ch_in, ch_out, 1)
    self.unused = nn.Linear(10, 10)   # dont know why this is here
  def forward(self, x):
    x1 = self.c1(x)
    x1 = self.b1(x1); x1 = F.relu(x1)
    x1 = self.c2(x1)
    x1 = self.b2(x1)
    #x1 = F.dropout(x1, 0.5)
    if DEBUG: print('x1', x1.shape)
    y = self.skip(x)
    x = x1 + y
    return F.relu(x)


# same but stride 2  (copied from above, only stride changed)
class block2(nn.Module):
  def __init__(self, ch_in, ch_out):
    super().__init__()
    self.c1 = nn.Conv2d(ch_in, ch_out, 3, padding=1, stride=2); self.b1 = nn.BatchNorm2d(ch_out)
    self.c2 = nn.Conv2d(ch_out, ch_out, 3, padding=1)
    self.b2 = nn.BatchNorm2d(ch_out)
    self.skip = nn.Conv2d(ch_in, ch_out, 1, stride=2)
    self.unused = nn.Linear(10, 10)   # dont know why this is here
  def forward(self, x):
    x1 = self.c1(x)
    x1 = self.b1(x1); x1 = F.relu(x1)
    x1 = self.c2(x1)
    x1 = self.b2(x1)
    #x1 = F.dropout(x1, 0.5)
    if DEBUG: print('x1', x1.shape)
    y = self.skip(x)
    x = x1 + y
    return F.relu(x)

class MyNet(nn.Module):
	# this one uses tabs because i wrote it in the other editor
	def __init__(self):
		super(MyNet, self).__init__()
		self.start = nn.Conv2d(3, 16, 3, padding=1)
		self.l1 = block1(16, 16)
		self.l2 = block2(16, 32)
		# self.l3 = block2(32, 64)
		self.end = nn.Linear(32, 10)

	def forward(self, x):
		x = F.relu(self.start(x))
		x = self.l1(x)
		x = self.l2(x)
		# print(x.size())
		x = F.adaptive_avg_pool2d(x, 1)
		x = x.view(x.shape[0], -1)
		return self.end(x)


class Net2(nn.Module):
    """ second try: everything in one class """
    def __init__(self):
        super(Net2, self).__init__()

        self.conv0 = nn.Sequential(
            nn.Conv2d(in_channels=3, out_channels=16, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
        )
        self.block11 = nn.Sequential(
            nn.Conv2d(in_channels=16, out_channels=16, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(in_channels=16, out_channels=16, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(16),
        )
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1, stride=2, bias=False)
        self.block21 = nn.Sequential(
            nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1, stride=2, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(in_channels=32, out_channels=32, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(32),
        )
        self.relu = nn.ReLU()
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = self.conv0(x)
        shortcut = x
        x = self.block11(x)
        x = self.relu(x + shortcut)

        shortcut = self.conv2(x)
        x = self.block21(x)
        x = nn.ReLU()(x + shortcut)

        temp = x.mean(dim=3)
        temp = temp.mean(dim=2)
        return self.fc(temp)


class Net3(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.inp = nn.Conv2d(3, width, 3, padding=1)
        self.convs = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(3)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(3)])
        self.out = nn.Linear(width, 10)

    def forward(self, x):
        x = self.inp(x)
        for conv, norm in zip(self.convs, self.norms):
            y = F.relu(norm(conv(x)))
            x = x + y
        return self.out(x.mean((2, 3)))


def train(model, loader, epochs=1):
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    total = 0
    for e in range(epochs):
        for x, y in loader:
            loss = F.cross_entropy(model(x.to(device)), y.to(device))
            total = total + loss.item()
            opt.zero_grad(); loss.backward(); opt.step()
        print('epoch', e, total)

if __name__ == '__main__':
    m = MyNet().to(device)
    print(m)
    #train(m, trainloader)
