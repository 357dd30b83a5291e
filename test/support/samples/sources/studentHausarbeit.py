# -*- coding: utf-8 -*-
# Hausarbeit Bilderkennung, WS 2021/22
# Gruppe 7

import torch
from torch import nn
import torch.nn.functional as f

class Restblock(nn.Module):
    # Restblock nach He et al.: zwei Faltungen, danach wird der Eingang addiert
    def __init__(self, eingang, ausgang, schritt=1):
        super(Restblock, self).__init__()
        self.faltung1 = nn.Conv2d(eingang, ausgang, kernel_size=3, stride=schritt, padding=1)
        self.norm1 = nn.BatchNorm2d(ausgang)
        self.faltung2 = nn.Conv2d(ausgang, ausgang, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(ausgang)
        # Abkürzung nur dort, wo sich die Größe ändert
        if schritt != 1 or eingang != ausgang:
            self.abkuerzung = nn.Conv2d(eingang, ausgang, kernel_size=1, stride=schritt)
        else:
            self.abkuerzung = None

    def forward(self, x):
        y = f.relu(self.norm1(self.faltung1(x)))
        y = self.norm2(self.faltung2(y))
        if self.abkuerzung is not None:
            x = self.abkuerzung(x)
        y = torch.add(x, y)
        return f.relu(y)


class RestblockMitHelfer(nn.Module):
    # Hier steht die Addition in einer eigenen Methode
    def __init__(self, kanaele):
        super(RestblockMitHelfer, self).__init__()
        self.faltung1 = nn.Conv2d(kanaele, kanaele, 3, padding=1)
        self.faltung2 = nn.Conv2d(kanaele, kanaele, 3, padding=1)
        self.norm = nn.BatchNorm2d(kanaele)

    def zusammenfuehren(self, alt, neu):
        # Summe und Aktivierung
        summe = alt + neu
        return f.relu(summe)

    def forward(self, x):
        temp = f.relu(self.faltung1(x))
        temp = self.norm(self.faltung2(temp))
        # print("temp:", temp.shape)
        return self.zusammenfuehren(x, temp)


class RestblockDreifach(nn.Module):
    # drei Summanden: Eingang und zwei Zweige verschiedener Filtergröße
    def __init__(self, kanaele):
        super(RestblockDreifach, self).__init__()
        self.zweig3 = nn.Conv2d(kanaele, kanaele, 3, padding=1)
        self.zweig5 = nn.Conv2d(kanaele, kanaele, 5, padding=2)
        self.norm = nn.BatchNorm2d(kanaele)

    def forward(self, x):
        a = self.zweig3(x)
        b = self.zweig5(x)
        c = self.norm(a + b)
        return f.relu(c + x)


class Netz(nn.Module):
    def __init__(self, klassen=10):
        super(Netz, self).__init__()
        self.anfang = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU()
        )
        self.stufe1 = Restblock(16, 16)
        self.stufe2 = Restblock(16, 32, schritt=2)
        self.stufe3 = RestblockMitHelfer(32)
        self.stufe4 = RestblockDreifach(32)
        # self.dropout = nn.Dropout(0.3)
        self.ende = nn.Linear(32, klassen)

    def forward(self, x):
        x = self.anfang(x)
        x = self.stufe1(x)
        x = self.stufe2(x)
        x = self.stufe4(self.stufe3(x))
        x = f.adaptive_avg_pool2d(x, 1).squeeze(3).squeeze(2)
        # x = self.dropout(x)
        return self.ende(x)


def genauigkeit(netz, daten):
    richtig, alle = 0, 0
    for bild, ziel in daten:
        richtig += (netz(bild).argmax(1) == ziel).sum().item()
        alle = alle + len(ziel)
    return richtig / alle
