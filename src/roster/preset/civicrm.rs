//! CiviCRM contact exports. People who have died are left out; `Do Not Email` and `On Hold` matter only for recipients.

use super::{NONE, Preset, Target};

pub(super) const SIGNATORIES: Preset = Preset {
    name: "civicrm",
    marks: &["Contact ID", "Contact Type", "Display Name"],
    columns: &[
        ("Contact ID", "id"),
        ("Contact Type", "kind"),
        ("Display Name", "name"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
        ("Job Title", "role"),
        ("Current Employer", "affiliation"),
        ("City", "place"),
        ("Email", "email"),
    ],
    excluded: &[("Deceased", "yes", "marked as deceased")],
    ..NONE
};

pub(super) const RECIPIENTS: Preset = Preset {
    name: "civicrm",
    marks: &["Contact ID", "Contact Type", "Display Name"],
    target: Target::Recipients,
    columns: &[
        ("Contact ID", "id"),
        ("Display Name", "name"),
        ("Individual Prefix", "honorific"),
        ("First Name", "given_name"),
        ("Last Name", "family_name"),
        ("Individual Suffix", "suffix"),
        ("Job Title", "title"),
        ("Current Employer", "company"),
        ("Organization Name", "company"),
        ("Street Address", "address1"),
        ("Supplemental Address 1", "address2"),
        ("Supplemental Address 2", "address3"),
        ("City", "city"),
        ("State", "region"),
        ("Postal Code", "postcode"),
        ("Country", "country"),
        ("Email", "email"),
        ("Preferred Language", "language"),
        ("Do Not Email", "do_not_contact"),
    ],
    excluded: &[("Deceased", "yes", "marked as deceased"), ("On Hold", "yes", "with an address on hold")],
    ..NONE
};
