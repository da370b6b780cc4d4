"""Small files of several sources, and one that no source knows."""

from __future__ import annotations

__all__ = ["ESHOP", "GERMAN", "MAPPED", "ROWS"]

ROWS = b"""Administrative,Administrative_Duration,Informational,Informational_Duration,\
ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,PageValues,SpecialDay,Month,\
OperatingSystems,Browser,Region,TrafficType,VisitorType,Weekend,Revenue
0,0,0,0,1,0,0.2,0.2,0,0,Feb,1,1,1,1,Returning_Visitor,FALSE,FALSE
0,0,0,0,2,64,0,0.1,0,0,Feb,2,2,1,2,Returning_Visitor,FALSE,TRUE
"""

ESHOP = b"""year;month;day;order;country;session ID;page 1 (main category);\
page 2 (clothing model);colour;location;model photography;price;price 2;page
2008;4;1;1;29;1;1;A13;1;5;1;28;2;1
2008;4;1;2;29;1;1;A16;1;6;1;33;2;1
"""

GERMAN = b"zeit,was,wer,ware\n1570000000,gesehen,k1,w1\n1570000060,gesehen,k1,w2\n"
"""No source knows it."""

MAPPED = {
    "kind": "events",
    "time": "zeit",
    "event": "was",
    "customer": "wer",
    "product": "ware",
    "codes": {"gesehen": "view"},
}
"""The keys of a mapping that describes it."""
