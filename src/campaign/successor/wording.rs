//! The texts of letters that follow an earlier one, in every language, to be edited like any template.
//!
//! None may name a signatory, or say how many have left.

use crate::language::Language;

/// Why a letter follows an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Nobody answered.
    NoAnswer,
    /// The list of signatories in it is replaced.
    Replacement,
}

/// The texts in one language.
struct Wording {
    /// The primary tag of the language.
    language: &'static str,
    no_answer: &'static str,
    replacement: &'static str,
    heading: &'static str,
}

const WORDINGS: [Wording; 5] = [
    Wording {
        language: "en",
        no_answer: "On {{date recipient.first_sent_on}} we wrote to you in an open letter, “{{recipient.first_subject}}”. We have \
            had no answer.\n\nWe stand by what we wrote, and ask you to answer.",
        replacement: "On {{date recipient.first_sent_on}} we sent you the open letter “{{recipient.first_subject}}”. Its list of \
            signatories has changed. The list below replaces it.\n\nPlease use only this list. If you have published the letter or \
            passed it on, please replace the list there too, and delete the earlier one.",
        heading: "The signatories",
    },
    Wording {
        language: "de",
        no_answer: "am {{date recipient.first_sent_on}} haben wir Ihnen einen offenen Brief geschrieben: \
            „{{recipient.first_subject}}“. Eine Antwort haben wir bisher nicht erhalten.\n\nUnser Anliegen besteht unverändert. Wir \
            bitten Sie, uns zu antworten.",
        replacement: "am {{date recipient.first_sent_on}} haben wir Ihnen den offenen Brief „{{recipient.first_subject}}“ \
            geschickt. Die Liste der Unterschriften hat sich seither geändert. Die Liste unten ersetzt diejenige in jenem \
            Brief.\n\nBitte verwenden Sie nur noch diese Liste. Wenn Sie den Brief veröffentlicht oder weitergegeben haben, \
            ersetzen Sie die Liste bitte auch dort, und löschen Sie die frühere.",
        heading: "Die Unterschriften",
    },
    Wording {
        language: "fr",
        no_answer: "Le {{date recipient.first_sent_on}}, nous vous avons adressé une lettre ouverte\u{a0}: \
            «\u{a0}{{recipient.first_subject}}\u{a0}». Nous n’avons pas encore reçu de réponse.\n\nNous maintenons notre demande et vous \
            prions de bien vouloir nous répondre.",
        replacement: "Le {{date recipient.first_sent_on}}, nous vous avons envoyé la lettre ouverte \
            «\u{a0}{{recipient.first_subject}}\u{a0}». La liste de ses signataires a changé depuis. La liste ci-dessous la \
            remplace.\n\nNous vous prions de n’utiliser que cette liste. Si vous avez publié ou transmis la lettre, veuillez y \
            remplacer la liste également et supprimer la précédente.",
        heading: "Les signataires",
    },
    Wording {
        language: "it",
        no_answer: "in data {{date recipient.first_sent_on}} abbiamo inviato una lettera aperta: «{{recipient.first_subject}}». \
            Finora non abbiamo ricevuto risposta.\n\nLa nostra richiesta resta immutata e chiediamo una risposta.",
        replacement: "in data {{date recipient.first_sent_on}} abbiamo inviato la lettera aperta «{{recipient.first_subject}}». Da \
            allora l’elenco delle firme è cambiato. L’elenco qui sotto lo sostituisce.\n\nChiediamo di usare soltanto questo \
            elenco e, se la lettera è stata pubblicata o inoltrata, di sostituirlo anche lì e di cancellare il precedente.",
        heading: "Le firme",
    },
    Wording {
        language: "es",
        no_answer: "El {{date recipient.first_sent_on}} enviamos una carta abierta: «{{recipient.first_subject}}». Hasta ahora no \
            hemos recibido respuesta.\n\nNuestra petición sigue en pie y pedimos una respuesta.",
        replacement: "El {{date recipient.first_sent_on}} enviamos la carta abierta «{{recipient.first_subject}}». Desde entonces ha \
            cambiado la lista de firmas. La lista que sigue la sustituye.\n\nPedimos que se utilice solo esta lista y que, si la \
            carta se ha publicado o reenviado, se sustituya también allí y se elimine la anterior.",
        heading: "Las firmas",
    },
];

/// The template of a letter in this language.
pub(super) fn template(occasion: Occasion, language: &Language) -> String {
    let wording = WORDINGS.iter().find(|wording| wording.language == language.primary()).unwrap_or(&WORDINGS[0]);
    let text = match occasion {
        Occasion::NoAnswer => wording.no_answer,
        Occasion::Replacement => wording.replacement,
    };
    // In every language: a translated "Re:" would not be recognised, nor a second one be removed (RFC 5322 §3.6.5).
    format!(
        "Subject: Re: {{{{recipient.first_subject}}}}\n\n**{{{{campaign.organisation}}}}**\n\n{{{{date campaign.date}}}}\n\n\
         {{{{salutation}}}}\n\n{text}\n\n{{{{closing}}}}\n\n{{{{campaign.organisation}}}}\n\n---\n\n## {}\n\n{{{{roll}}}}\n",
        wording.heading
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::ALL;

    #[test]
    fn every_language_has_its_own_texts() {
        for language in ALL {
            assert!(WORDINGS.iter().any(|wording| wording.language == language.primary()), "{language:?}");
        }
        let text = template(Occasion::NoAnswer, ALL[0]);
        assert!(text.contains("Unser Anliegen") && text.contains("{{roll}}"), "{text}");
    }
}
