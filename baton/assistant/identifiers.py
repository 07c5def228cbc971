"""Numbers that software must not handle, known by their check digits: payment cards, accounts, identity papers."""

from __future__ import annotations

import re

_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_DNI = re.compile(r"\b(?:\d{8}|[XYZ]\d{7})-?[A-Z]\b", re.IGNORECASE)
_CODICE_FISCALE = re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b", re.IGNORECASE)
_NIR = re.compile(r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}\b")
_CPF = re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])")
_CARD_BEGINNINGS = ("4", "51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27", "34", "37", "36", "38", "30",
                    "6011", "65", "64", "35", "62", "50", "56", "57", "58", "67")  # fmt: skip


def holds_payment_card(text: str) -> bool:
    """Whether a number of 13 to 19 digits has a card's beginning and a right Luhn digit (ISO/IEC 7812-1)."""
    return any(_is_card(found.group()) for found in _CARD.finditer(text))


def without_payment_cards(text: str) -> str:
    """The text with only the last four digits of every payment card."""
    return _CARD.sub(lambda found: f"•••• {found.group()[-4:]}" if _is_card(found.group()) else found.group(), text)


def holds_bank_account(text: str) -> bool:
    """Whether an IBAN with right check digits (ISO 13616) stands in the text."""
    return any(_iban(re.sub(r" ", "", found.group())) for found in _IBAN.finditer(text.upper()))


def holds_identity_number(text: str) -> bool:
    """Whether a national number stands in it: US SSN by its form, Spanish, Italian, French and Brazilian ones by check
    digits."""
    return (
        bool(_SSN.search(text))
        or any(_dni(found.group()) for found in _DNI.finditer(text))
        or any(_codice_fiscale(found.group().upper()) for found in _CODICE_FISCALE.finditer(text))
        or any(_nir(found.group()) for found in _NIR.finditer(text))
        or any(_cpf(found.group()) for found in _CPF.finditer(text))
    )


def _is_card(written: str) -> bool:
    number = re.sub(r"\D", "", written)
    return number.startswith(_CARD_BEGINNINGS) and _luhn(number)


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _iban(account: str) -> bool:
    turned = account[4:] + account[:4]
    return 15 <= len(account) <= 34 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _dni(number: str) -> bool:
    plain = number.upper().replace("-", "")
    digits = plain[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == plain[-1]


def _codice_fiscale(code: str) -> bool:
    odd = {**dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
           **dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
                      strict=True))}  # fmt: skip
    total = sum(odd[char] for char in code[:15:2])
    total += sum(int(char) if char.isdigit() else ord(char) - ord("A") for char in code[1:15:2])
    return chr(ord("A") + total % 26) == code[15]


def _nir(number: str) -> bool:
    plain = number.replace(" ", "").replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and 97 - int(plain[:13]) % 97 == int(plain[13:])


def _cpf(number: str) -> bool:
    digits = [int(char) for char in number if char.isdigit()]
    checks = (sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length])) for length in (9, 10))
    return [10 * total % 11 % 10 for total in checks] == digits[9:]
