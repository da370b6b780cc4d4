"""The conversion service: will this shopper buy?"""
