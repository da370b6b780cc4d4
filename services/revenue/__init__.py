"""The revenue service: how much will they spend?"""
