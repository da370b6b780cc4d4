"""The segmentation service: which kind of customer is this?"""
