"""Columns that look personal: found by name and by content, and never kept as samples."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_gov.capture.data._personal import find_personal, safe_names
from jupyter_gov.capture.data._summaries import describe_columns
from jupyter_gov.fingerprints import fingerprint
from jupyter_gov.records import Dataset


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("email", "e-mail"), ("E-Mail", "e-mail"), ("customerEmail", "e-mail"), ("correo_electronico", "e-mail"),
        ("phone_number", "phone"), ("Telefonnummer", "phone"), ("téléphone", "phone"),
        ("first_name", "name"), ("LastName", "name"), ("Name", "name"), ("Nachname", "name"), ("prénom", "name"),
        ("apellidos", "name"), ("customer_name", "name"), ("user_name", "user name"),
        ("birth_date", "birth date"), ("DOB", "birth date"), ("dateOfBirth", "birth date"),
        ("Geburtsdatum", "birth date"), ("date_naissance", "birth date"), ("fecha_nacimiento", "birth date"),
        ("sex", "sex"), ("Gender", "sex"), ("Geschlecht", "sex"), ("sexo", "sex"), ("is_female", "sex"),
        ("race", "race"), ("Ethnicity", "race"), ("hispanic", "race"), ("applicant_race_1", "race"),
        ("zip", "postcode"), ("ZIPCode", "postcode"), ("PLZ", "postcode"), ("code_postal", "postcode"),
        ("ssn", "national number"), ("passport_no", "national number"), ("tax_id", "national number"),
        ("iban", "bank account"), ("credit_card_number", "bank account"), ("ip_address", "IP address"),
        ("street", "address"), ("home_address", "address"), ("Straße", "address"),
        ("age", "age"), ("AgeGroup", "age"), ("patient_age", "age"), ("Alter", "age"), ("edad", "age"),
        ("religion", "religion"), ("nationality", "nationality"), ("Staatsangehörigkeit", "nationality"),
        ("native-country", "birth place"), ("marital.status", "marital status"), ("Familienstand", "marital status"),
        ("disability", "disability"), ("sexual_orientation", "sexual orientation"), ("index:email", "e-mail"),
        ("fname", "name"), ("lname", "name"), ("name_first", "name"), ("given_names", "name"),
        ("name_of_patient", "name"), ("mobile_no", "phone"), ("emailaddr", "e-mail"), ("Wohnort", "address"),
        ("birthplace", "birth place"), ("born", "birth date"), ("geb", "birth date"), ("gebdat", "birth date"),
        ("geboren_am", "birth date"), ("yob", "birth date"), ("year_born", "birth date"), ("bday", "birth date"),
        ("ip_addr", "IP address"), ("ipaddr", "IP address"), ("src_ip", "IP address"), ("id_card", "national number"),
        ("license_plate", "licence plate"), ("account_no", "bank account"), ("cc_num", "bank account"),
        ("cvv", "bank account"), ("Anrede", "sex"), ("civilité", "sex"), ("M/F", "sex"), ("transgender", "sex"),
        ("sexualorientation", "sexual orientation"), ("gay", "sexual orientation"), ("handicapped", "disability"),
        ("skin_color", "race"), ("asian", "race"), ("white", "race"), ("caste", "race"),
    ],
)  # fmt: skip
def test_names_in_four_languages(name, label):
    assert find_personal(name, None) == label


@pytest.mark.parametrize(
    "name",
    [
        "username_length", "n_emails", "email_opens", "has_phone", "PhoneService", "phone_brand", "embarked", "fare",
        "HouseAge", "account_age_days", "average", "stage", "page", "mileage", "image", "usage", "language", "message",
        "sepal length (cm)", "petal_width", "target", "label", "feature_name", "file_name", "product_name", "company",
        "race_distance", "trace", "birth_weight", "birth_rate", "ip_packets", "zip_file", "mac_address", "web_address",
        "MedInc", "Latitude", "AveOccup", "balance", "duration", "campaign", "nombre_enfants",
        "0", "x1", "V14", "Unnamed: 0", "id", "index", "score", "amount", "hours_per_week", "capital_gain", "sexual",
        "passport_required", "street_lights", "edad_edificio", "tel_aviv", "card_number_of_players", "mean_sex_ratio",
        "tenure", "contract", "num_products", "description", "category", "status", "state", "city", "unit_price",
    ],
)  # fmt: skip
def test_names_that_only_look_like_it(name):
    assert find_personal(name, None) == ""


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (["a.b@c.org", "info@x.de", "n/a", "unknown"], "e-mail"),
        (["+49 228 123456", "+1 (212) 555-0100"], "phone"),
        (["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"], "bank account"),
        (["123-45-6789", "078-05-1120"], "national number"),
        (["12345678Z", "X1234567L"], "national number"),
        (["192.168.0.1", "10.0.0.7", "::1"], "IP address"),
        (["SW1A 1AA", "M1 1AE", "K1A 0B1"], "postcode"),
        (["call Ann at ann@example.org", "no answer", "-"], "e-mail"),
        (["her number is +44 20 7946 0958", "or (212) 555-0100."], "phone"),
        (["SSN: 078-05-1120", "has 123-45-6789"], "national number"),
        (["paid from DE89 3704 0044 0532 0130 00."], "bank account"),
        ([52998224725, 11144477735], "national number"),
        (["2020-01-01 10:00:00+01:00", "2021-12-31 23:59:59.123456+0530"], ""),
        (["550e8400-e29b-41d4-a716-446655440000"], ""),
        (["user@host", "a @ b", "v1@2"], ""),
        (["2020-01-01", "2021-12-31"], ""),
        (["01-02-2020", "03-04-2021"], ""),
        (["0.12345678", "1234567.5"], ""),
        (["Bonn", "Lima"], ""),
        (["A12", "B34"], ""),
        ([True, False], ""),
    ],
)
def test_content(values, label):
    assert find_personal("c", Counter(values)) == label


def test_numbers_by_their_check_digits():
    cpf = [11144477735, 52998224725]
    rng = np.random.default_rng(0)

    def digits(base):
        nine = [int(c) for c in f"{base:09d}"]
        for n in (9, 10):
            nine.append(sum(d * (n + 1 - i) for i, d in enumerate(nine[:n])) * 10 % 11 % 10)
        return int("".join(map(str, nine)))

    made = [digits(int(b)) for b in rng.integers(10**8, 10**9, 30)]
    assert find_personal("c", np.array(cpf + made)) == "national number"
    assert find_personal("c", np.array([0, *cpf, *made])) == "national number"
    assert find_personal("c", np.array([np.nan, *cpf, np.inf, *made])) == "national number"
    assert find_personal("c", Counter([0, *cpf, *made])) == "national number"
    frame = pd.DataFrame({"c": [0, *cpf, *made]})
    for data in (frame, frame.astype(float), frame.astype(object)):
        assert set(describe_columns(data, fingerprint(data).columns)[0].summary) == {"distinct"}
    assert find_personal("c", rng.integers(10**10, 10**11, 500)) == ""
    assert find_personal("c", rng.normal(1e12, 1e10, 500)) == ""
    assert find_personal("c", rng.integers(10**8, 10**9, 500)) == ""
    assert find_personal("c", np.arange(100)) == ""


def test_names_made_of_what_identifies_somebody():
    cpf = ["52998224725", "11144477735"]
    names = [
        "amount",
        "who_w1@secretmail.org",
        "078-05-1120",
        *cpf,
        "index:bob@example.org",
        "2020-01-01",
        "x_12345678",
    ]
    safe = safe_names(tuple(names))
    assert safe[:2] == ("amount", "column 1 (its name looks like: e-mail)")
    assert safe[6] == "2020-01-01"
    assert not {"@", *cpf, "078-05-1120"} & set(safe)
    assert "@" not in "".join(safe)
    raw = pd.DataFrame({"who": [f"w{i % 3}@secretmail.org" for i in range(30)], "amount": range(30)})
    for data in (
        pd.get_dummies(raw, columns=["who"]),
        raw.pivot_table(index="amount", columns="who", aggfunc="size", fill_value=0),
    ):
        columns = describe_columns(data, fingerprint(data).columns)
        assert "secretmail" not in json.dumps([[c.name, dict(c.summary)] for c in columns])


def test_only_categories_are_listed():
    def top(values):
        data = pd.Series(values, dtype=object)
        return describe_columns(data, fingerprint(data).columns)[0].summary.get("top")

    assert top(["x", "y", "x"]) == [["x", 2], ["y", 1]]
    assert top([f"kind {i}" for i in range(60)] * 10) is None
    assert top([f"person {i}" for i in range(30)]) is None
    assert top(["x" * 41, "y"] * 5) is None
    assert top([*[f"k{i}" for i in range(40)] * 3, "ann@example.org"]) is None


_texts = st.text(st.characters(codec="ascii", categories=["L"]), min_size=6, max_size=12).map(lambda t: f"q{t}q")


@settings(max_examples=50, deadline=None)
@given(
    names=st.lists(_texts, min_size=1, max_size=30),
    ages=st.lists(st.integers(10**6, 10**9), min_size=1, max_size=30),
    born=st.lists(st.datetimes(), min_size=1, max_size=30),
)
def test_no_value_of_a_flagged_column_is_kept(names, ages, born):
    rows = max(len(names), len(ages), len(born))
    frame = pd.DataFrame(
        {
            "surname": (names * rows)[:rows],
            "age": (ages * rows)[:rows],
            "birth_date": (born * rows)[:rows],
            "contact": [f"{n}@example.org" for n in (names * rows)[:rows]],
        }
    )
    for data in (frame, frame.astype({"surname": "category"}), frame.set_index("surname")):
        print_ = fingerprint(data)
        columns = describe_columns(data, print_.columns)
        assert all(c.personal for c in columns)
        written = json.dumps([dict(c.summary) for c in columns])
        assert set().union(*(c.summary for c in columns)) <= {"distinct"}
        record = json.dumps(Dataset(name="f", digest="", rows=rows, columns=columns).to_json())
        for value in [*names, *map(str, ages), *(b.date().isoformat() for b in born)]:
            assert value not in written
            assert value not in record or value in print_.digest
