import torch, torch.nn as nn   # everything in one go
import numpy as np
class Net(nn.Module):
	def __init__(self, n_classes = 10, ch = 32):
		super(Net, self).__init__()
		self.c1 = nn.Conv2d(3, ch, 3, padding = 1) ; self.b1 = nn.BatchNorm2d(ch)
		self.c2 = nn.Conv2d(ch, ch*2, 3, padding = 1)   # second conv
		self.b2 = nn.BatchNorm2d(ch*2)
		for i in range(2):
			setattr(self, 'extra%d' % i, nn.Conv2d(ch*2, ch*2, 1))
		if n_classes > 100:
			self.c3 = nn.Conv2d(ch*2, 512, 3)
		else:
			self.c3 = nn.Conv2d(ch*2, 256, 3)
		self.stages = nn.ModuleList([nn.Conv2d(ch, ch, 3), nn.Conv2d(ch, ch, 3)])
		# TODO tidy up
		self.out = nn.Linear(256, n_classes)

	def forward(self, x):
		x = torch.relu(self.b1(self.c1(x)))
		if x.shape[0] > 1: x = x + 1
		x = self.b2(self.c2(x)); x = torch.relu(x)
		x = self.c3(x)
		for stage in self.stages: x = x + stage(x)
		x = x.mean((2, 3))
		return self.out(x)

class Inline(nn.Module):
	def __init__(self, d): super().__init__(); self.f = nn.Conv2d(d, d, 1)
	def forward(self, x): return x + self.f(x)

def train(model, data):
	total = 0
	for x, y in data:
		loss = nn.functional.cross_entropy(model(x), y)
		total = total + loss.item()
	print(f"loss {total:.3f}")
	return total
