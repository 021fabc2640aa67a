"""The ways in which people write dates, numbers and missing values."""

from __future__ import annotations

import json

from autogluon_contracts.documents.data_reading import DataReading
from tests.unit.data_rules.made_data import CLASSES, NUMBERS, ROWS, csv_of, cycle
from tests.unit.data_rules.outcomes import Case

_BASEMENT = csv_of("Basement,n,y", cycle("NA", "Gd", "TA", "None"), NUMBERS, CLASSES)
_AMBIGUOUS = csv_of("day,n,y", cycle("04/01/2018", "12/03/2017", "6/7/2018"), NUMBERS, CLASSES)

CELL_CASES = [
    Case(
        "`NA` and `None` among words",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nNA,1\nGd,2\n",
    ),
    Case(
        "the same with `data.keep_na: [Basement]`",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nGd,2\nTA,1\n",
        reading=DataReading(keep_na=("Basement",)),
    ),
    Case(
        "`NA` among numbers",
        {"t.csv": csv_of("v,n,y", cycle(1.5, "NA", 3), NUMBERS, CLASSES)},
        "v",
        "v,n\nNA,1\n2,2\n",
    ),
    Case(
        "dates with the month first",
        {
            "t.csv": csv_of(
                "day,n,y", cycle("04/01/2018", "12/31/2017", "6/7/2018"), NUMBERS, CLASSES
            )
        },
        "day",
        "day,n\n01/02/2018,1\n2018-01-02,2\n1/2/2018 3:04 PM,3\n",
    ),
    Case(
        "dates with the day first",
        {"t.csv": csv_of("day,n,y", cycle("31.01.2016", "1.2.2016", ""), NUMBERS, CLASSES)},
        "day",
        "day,n\n02.01.2018,1\nNA,2\n",
    ),
    Case(
        "years and months",
        {"t.csv": csv_of("month,n,y", cycle("2016-01", "2016-02", "2017-11"), NUMBERS, CLASSES)},
        "month",
        "month,n\n2018-01,1\n2018-02-03,2\n",
    ),
    Case(
        "dates with the month's name",
        {
            "t.csv": csv_of(
                "day,n,y", cycle("Jan-1-2016", "1 February 2016", "Mar 2016"), NUMBERS, CLASSES
            )
        },
        "day",
        "day,n\n02-JAN-2018,1\n2018-01-02,2\n",
    ),
    Case(
        "months in other languages",
        {
            "t.csv": csv_of(
                "day,n,y",
                cycle("1er mars 2016", "31. Dezember 2016", "3 de enero de 2017"),
                NUMBERS,
                CLASSES,
            )
        },
        "day",
        "day,n\n2 août 2018,1\nOct 2018,2\n",
    ),
    Case(
        "months in a language that is not known",
        {"t.csv": csv_of("day,n,y", cycle("31 stycznia 2016", "1 lutego 2016"), NUMBERS, CLASSES)},
        "day",
        "day,n\n1 lutego 2016,1\n",
    ),
    Case(
        "months without a year of four digits",
        {"t.csv": csv_of("month,n,y", cycle("Jan-16", "Feb-16"), NUMBERS, CLASSES)},
        "month",
        "month,n\nFeb-16,1\n",
    ),
    Case(
        "quarters",
        {"t.csv": csv_of("quarter,n,y", cycle("2016Q1", "2016-Q4", "Q2 2017"), NUMBERS, CLASSES)},
        "quarter",
        "quarter,n\n2018Q3,1\n2018-02-03,2\n",
    ),
    Case(
        "weeks",
        {"t.csv": csv_of("week,n,y", cycle("2016-W05", "2016-W06"), NUMBERS, CLASSES)},
        "week",
        "week,n\n2018-W02,1\n",
    ),
    Case(
        "seconds since 1970",
        {
            "t.csv": csv_of(
                "seen_at,n,y", cycle(1454227200, 1454313600, 1456000000), NUMBERS, CLASSES
            )
        },
        "seen_at",
        "seen_at,n\n1454227200,1\n",
    ),
    Case(
        "milliseconds since 1970, as pandas writes JSON",
        {
            "t.jsonl": "\n".join(
                json.dumps({"ts": 1454227200000 + at % 5, "n": n, "y": y})
                for at, (n, y) in enumerate(zip(NUMBERS, CLASSES, strict=True))
            )
        },
        "ts",
        "ts,n\n1454227200000,1\n",
    ),
    Case(
        "dates as one number",
        {
            "t.csv": csv_of(
                "v,n,y",
                cycle(20160131, 20160229, 20170301, 20170302, 20170331),
                NUMBERS,
                CLASSES,
            )
        },
        "v",
        "v,n\n20160131,1\n",
    ),
    Case(
        "dates whose order nothing decides",
        {"t.csv": _AMBIGUOUS},
        "day",
        "day,n\n04/01/2018,1\n12/03/2017,2\n",
    ),
    Case(
        "the same with `data.date_order: {day: day-month-year}`",
        {"t.csv": _AMBIGUOUS},
        "day",
        "day,n\n04/01/2018,1\n13/02/2018,2\n",
        reading=DataReading(date_order={"day": "day-month-year"}),
    ),
    Case(
        "a date that is not one of the order of training",
        {"t.csv": csv_of("day,n,y", cycle("04/01/2018", "12/31/2017"), NUMBERS, CLASSES)},
        "day",
        "day,n\n31/01/2018,1\n",
    ),
    Case(
        "dashes and question marks among numbers",
        {"t.csv": csv_of("v,n,y", cycle("-", 32, 25, "?", 7.5), NUMBERS, CLASSES)},
        "v",
        "v,n\n-,1\n3,2\n",
    ),
    Case(
        "thousands separators and a currency",
        {"t.csv": csv_of("v,n,y", cycle('"$1,234.50"', "$950", ""), NUMBERS, CLASSES)},
        "v",
        'v,n\n"$2,000",1\n7,2\n',
    ),
    Case(
        "decimal commas",
        {"t.csv": csv_of("v,n,y", cycle('"3,14"', '"2,5"', "7"), NUMBERS, CLASSES)},
        "v",
        'v,n\n"1,25",1\n8,2\n',
    ),
    Case(
        "percent signs",
        {"t.csv": csv_of("v,n,y", cycle("12%", "3.5%", "0%"), NUMBERS, CLASSES)},
        "v",
        "v,n\n25%,1\n4%,2\n",
    ),
    Case(
        "negative numbers in brackets, as accounts have them",
        {"t.csv": csv_of("v,n,y", cycle("(5.00)", '"1,234.50"', "3.00"), NUMBERS, CLASSES)},
        "v",
        "v,n\n(7.50),1\n-3,2\n",
    ),
    Case(
        "the minus of print",
        {"t.csv": csv_of("v,n,y", cycle("\u22125", "3", "\u2014"), NUMBERS, CLASSES)},
        "v",
        "v,n\n\u22127,1\n-3,2\n",
    ),
    Case(
        "a unit behind each number",
        {"t.csv": csv_of("v,n,y", cycle("12 kg", "7.5kg", ""), NUMBERS, CLASSES)},
        "v",
        "v,n\n3 kg,1\n4,2\n",
    ),
    Case(
        "a number in another unit than training had",
        {"t.csv": csv_of("v,n,y", cycle("12 kg", "7.5kg", ""), NUMBERS, CLASSES)},
        "v",
        "v,n\n3 lb,1\n",
    ),
    Case(
        "several units",
        {"t.csv": csv_of("v,n,y", cycle("12 kg", "30 lb"), NUMBERS, CLASSES)},
        "v",
        "v,n\n30 lb,1\n",
    ),
    Case(
        "apostrophes between thousands",
        {"t.csv": csv_of("v,n,y", cycle("1'234.5", "1\u2019234", "17"), NUMBERS, CLASSES)},
        "v",
        "v,n\n2'000,1\n3,2\n",
    ),
    Case(
        "no-break spaces between thousands",
        {"t.csv": csv_of("v,n,y", cycle("1\u00a0234", "1\u202f234", "17"), NUMBERS, CLASSES)},
        "v",
        "v,n\n2 000,1\n3,2\n",
    ),
    Case(
        "a word among prices",
        {"t.csv": csv_of("v,n,y", cycle("$950", '"$1,200"', "$7", "tbd"), NUMBERS, CLASSES)},
        "v",
        "v,n\ntbd,1\n",
    ),
    Case(
        "a number that stands for a missing one",
        {"t.csv": csv_of("v,n,y", cycle(-999, 12, 13.5, 20), NUMBERS, CLASSES)},
        "v",
        "v,n\n-999,1\n",
    ),
    Case(
        "dates in other ways of writing",
        {
            "t.csv": csv_of(
                "day,n,y", cycle("31JAN2016:10:00:00", "01FEB2016:11:30:00"), NUMBERS, CLASSES
            )
        },
        "day",
        "day,n\n01FEB2016:11:30:00,1\n",
    ),
    Case(
        "moments with a time zone behind a space, as exports of databases write them",
        {
            "t.csv": csv_of(
                "day,n,y",
                cycle("2016-01-31 09:30:00 UTC", "2016-02-01 09:30:00+00"),
                NUMBERS,
                CLASSES,
            )
        },
        "day",
        "day,n\n2016-01-31 10:30:00 +0100,1\n2016-01-31T09:30:00Z,2\n",
    ),
    Case(
        "moments with the name of a time zone, each another",
        {
            "t.csv": csv_of(
                "day,n,y",
                [f"2016-01-31 09:{at:02}:00 CET" for at in range(ROWS)],
                NUMBERS,
                CLASSES,
            )
        },
        "day",
        "day,n\n2016-01-31 09:30:00 CET,1\n",
    ),
    Case(
        "months before years, with slashes or points",
        {"t.csv": csv_of("month,n,y", cycle("01/2016", "12/2015", "02.2016"), NUMBERS, CLASSES)},
        "month",
        "month,n\n02/2018,1\n10.2018,2\n",
    ),
    Case(
        "times of day, each another",
        {
            "t.csv": csv_of(
                "at,n,y", [f"{at % 12 + 1}:{at:02} a.m." for at in range(ROWS)], NUMBERS, CLASSES
            )
        },
        "at",
        "at,n\n9:30 a.m.,1\n",
    ),
    Case(
        "dates with the day before the month behind the year",
        {"t.csv": csv_of("day,n,y", cycle("2016/31/01", "2016/30/02"), NUMBERS, CLASSES)},
        "day",
        "day,n\n2016/31/01,1\n",
    ),
    Case(
        "prices with a dash in place of cents",
        {"t.csv": csv_of("v,n,y", cycle("5.-", "CHF 12.\u2013", "7.50"), NUMBERS, CLASSES)},
        "v",
        "v,n\n5.-,1\n7.50,2\n",
    ),
    Case(
        "whole numbers under a name that ends like an id's",
        {
            "t.csv": csv_of(
                "amount_paid,n,y", [at * 37 % 101 for at in range(ROWS)], NUMBERS, CLASSES
            )
        },
        "amount_paid",
        "amount_paid,n\n5,1\n",
    ),
    Case(
        "few rows of dates whose order nothing decides",
        {"t.csv": "day,n,y\n" + "04/01/2018,1,lo\n12/03/2017,2,hi\n" * 4},
        "day",
        "day,n\n04/01/2018,1\n",
    ),
    Case(
        "classes that differ in case or spaces",
        {"t.csv": csv_of("v,y", NUMBERS, cycle("yes", "Yes", "no", "no "))},
        "y",
    ),
    Case(
        "a question mark among classes of numbers",
        {"t.csv": csv_of("v,y", NUMBERS, cycle("0", "1", "1", "?"))},
        "y",
    ),
    Case(
        "few rows with a label of whole numbers",
        {"t.csv": csv_of("v,y", NUMBERS[:15], [50 + at for at in range(15)])},
        "y",
    ),
    Case(
        "commas that may be thousands or thousandths",
        {"t.csv": csv_of("v,n,y", cycle('"1,234"', '"5,678"', '"9,012"'), NUMBERS, CLASSES)},
        "v",
        'v,n\n"1,234",1\n"5,678",2\n',
    ),
    Case(
        "words among numbers",
        {"t.csv": csv_of("v,n,y", cycle(1.5, "unknown", 3, 4, 5), NUMBERS, CLASSES)},
        "v",
        "v,n\nunknown,1\n3,2\n",
    ),
]
