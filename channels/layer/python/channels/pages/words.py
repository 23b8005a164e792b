"""The words of both sites: a name, the French text, the English one."""

from record.words import Language, Texts, Words

COMMON: Texts = {
    "customer_title": ("Mon dossier", "My case"),
    "desk_title": ("Bureau des conseillers", "Advisors' desk"),
    "skip": ("Aller au contenu", "Skip to content"),
    "other_language": ("English", "Français"),
    "notice": ("Vos données", "Your data"),
    "accessibility": ("Accessibilité : partiellement conforme", "Accessibility: partially conformant"),
    "leave": ("Quitter", "Leave"),
    "never_asks": (
        "Nous ne demandons ici ni carte bancaire, ni IBAN, ni mot de passe.",
        "We never ask for a bank card, an IBAN or a password here.",
    ),
    "send": ("Envoyer", "Send"),
    "field_wrong": ("{field} : {why}", "{field}: {why}"),
}

CUSTOMER: Texts = {
    "enter": ("Suivre le rétablissement de votre puissance", "Follow the return of your power"),
    "enter_why": (
        "Le code du dossier est dans notre SMS, notre e-mail ou notre lettre.",
        "The case code is in our SMS, e-mail or letter.",
    ),
    "code": ("Code du dossier", "Case code"),
    "code_hint": ("10 lettres et chiffres, par exemple 4K7QX-2M9TB", "10 letters and digits, such as 4K7QX-2M9TB"),
    "number_end": ("4 derniers chiffres de votre numéro client", "Last 4 digits of your customer number"),
    "postcode": ("Code postal du logement", "Postcode of the home"),
    "enter_button": ("Voir mon dossier", "See my case"),
    "not_let_in": (
        "Ces éléments n'ouvrent aucun dossier. Vérifiez le code, la fin du numéro client et le code postal, ou appelez le"
        " {telephone}.",
        "This opens no case. Check the code, the end of the customer number and the postcode, or call {telephone}.",
    ),
    "busy": (
        "Nous ne pouvons pas vérifier pour le moment. Réessayez dans quelques minutes ; rien n'est perdu.",
        "We can't check just now. Try again in a few minutes; nothing is lost.",
    ),
    "over": ("Votre visite est terminée. Entrez de nouveau.", "Your visit is over. Come in again."),
    "where": ("Où en est votre dossier", "Where your case stands"),
    "link_more": ("Voir les montants et agir", "See amounts and act"),
    "owed": ("Dette de la limitation", "Debt behind the limitation"),
    "remains": ("À payer pour retrouver toute votre puissance", "To pay for full power"),
    "how_to_pay": (
        "Payez dans votre espace client ou par téléphone au {telephone}. Par carte, c'est certain tout de suite.",
        "Pay in your customer account or by telephone, {telephone}. By card, it is certain at once.",
    ),
    "payments": ("Paiements reçus", "Payments received"),
    "no_payments": ("Aucun paiement ne nous est parvenu pour cette dette.", "No payment has reached us for this debt."),
    "acts": ("Ce que vous pouvez faire", "What you can do"),
    "done": ("Ce qui a été dit et demandé", "What was said and asked"),
    "declare": ("J'ai payé", "I have paid"),
    "declare_why": (
        "Dites-nous comment : nous regardons tout de suite et pendant quelques heures. Votre puissance revient quand le"
        " paiement nous parvient.",
        "Tell us how: we look now and for some hours. Your power comes back when the payment reaches us.",
    ),
    "means": ("Moyen", "Means"),
    "amount": ("Montant en euros", "Amount in euro"),
    "paid_on": ("Date du paiement", "Date of the payment"),
    "no_power": ("Je n'ai toujours pas de courant", "I still have no power"),
    "no_power_why": (
        "Appuyez d'abord quelques secondes sur la touche + du compteur Linky, puis vérifiez le disjoncteur. Ensuite nous"
        " demandons à Enedis l'état de votre compteur. Dépannage Enedis : 09 72 67 50 suivi de votre département.",
        "First press the + key of the Linky meter for some seconds, then check the circuit breaker. We then ask Enedis for"
        " the state of your meter. Enedis' breakdown service: 09 72 67 50 and your department's number.",
    ),
    "no_power_button": ("Faire vérifier mon compteur", "Have my meter checked"),
    "person": ("Faire regarder par une personne", "Have it looked at by a person"),
    "person_why": (
        "Un conseiller regarde ce qui a été décidé et vous répond sous deux jours ouvrés.",
        "An advisor looks at what was decided, and replies within two working days.",
    ),
    "words": ("Votre message (facultatif)", "Your message (optional)"),
    "more": ("Échéancier, contestation, protection", "Payment plan, dispute, protection"),
    "more_why": (
        "Pour cela, nous envoyons un code au téléphone ou à l'adresse que nous avons déjà.",
        "For this we send a code to the telephone or address that we already have.",
    ),
    "send_code": ("Recevoir un code", "Get a code"),
    "one_time": ("Code reçu (6 chiffres)", "Code received (6 digits)"),
    "confirm": ("Confirmer", "Confirm"),
    "plan": ("Demander un échéancier", "Ask for a payment plan"),
    "instalments": ("Nombre d'échéances", "Number of instalments"),
    "first": ("Première échéance en euros", "First instalment in euro"),
    "first_on": ("Date de la première échéance", "Date of the first instalment"),
    "dispute": ("Contester la dette", "Dispute the debt"),
    "disputed": ("Montant contesté en euros (facultatif)", "Disputed amount in euro (optional)"),
    "why_disputed": ("Pourquoi", "Why"),
    "protection": ("Signaler une protection", "Claim a protection"),
    "kind": ("Protection", "Protection"),
    "ENERGY_VOUCHER": ("Chèque énergie", "Energy voucher"),
    "HOUSING_AID": ("Aide au logement (FSL)", "Housing aid (FSL)"),
    "OVER_INDEBTEDNESS": ("Surendettement", "Over-indebtedness"),
    "MEDICAL": ("Matériel médical au logement", "Medical device at home"),
    "said_declare": (
        "C'est noté. Nous regardons maintenant, puis toutes les demi-heures pendant six heures.",
        "Noted. We look now, then every half hour for six hours.",
    ),
    "said_no_power": (
        "C'est noté. Nous regardons l'état de votre compteur ; revenez ici dans dix minutes.",
        "Noted. We look at the state of your meter; come back here in ten minutes.",
    ),
    "said_again": (
        "Nous regardons déjà votre compteur, depuis moins de dix minutes.",
        "We are looking at your meter already, since less than ten minutes.",
    ),
    "said_person": ("C'est noté. Un conseiller vous répond sous deux jours ouvrés.",
                    "Noted. An advisor replies within two working days."),
    "said_plan": ("Votre demande d'échéancier est transmise. La décision vous est écrite.",
                  "Your request for a plan is passed on. The decision is written to you."),
    "said_dispute": ("Votre contestation est transmise.", "Your dispute is passed on."),
    "said_protection": ("Votre protection est transmise. Un justificatif peut vous être demandé.",
                        "Your protection is passed on. You may be asked for a proof."),
    "said_code": ("Un code est parti. Il vaut dix minutes.", "A code is on its way. It holds for ten minutes."),
    "said_code_not": (
        "Nous ne pouvons pas envoyer de code maintenant. Appelez le {telephone}.",
        "We can't send a code now. Call {telephone}.",
    ),
    "said_confirmed": ("C'est confirmé.", "Confirmed."),
    "bad_too_large": ("trop long", "too large"),
    "bad_too_long": ("500 caractères au plus", "500 characters at most"),
    "bad_unreadable": ("le formulaire n'est pas lisible ; rechargez la page", "the form can't be read; load the page again"),
    "bad_missing": ("à remplir", "must be filled in"),
    "bad_no_amount": ("un montant tel que 123,45", "an amount such as 123.45"),
    "bad_no_day": ("une date", "a date"),
    "bad_day_too_far": ("cette date est trop lointaine", "this date is too far away"),
    "bad_no_number": ("un nombre dans les limites", "a number within the limits"),
    "bad_no_choice": ("choisissez dans la liste", "choose from the list"),
    "notice_text": (
        "Cette page montre où en est le rétablissement de votre puissance. Elle lit le dossier de la limitation et les"
        " paiements que la facturation connaît, sur la base de votre contrat (RGPD art. 6.1.b).\nLe code, la fin de votre"
        " numéro client et votre code postal sont comparés par la facturation et ne sont gardés nulle part. La visite dure"
        " quinze minutes.\nCe que vous déclarez ou demandez est gardé avec le dossier, quatorze mois au plus.\nAucune"
        " décision n'est définitive sans recours : vous pouvez demander qu'une personne la regarde (RGPD art. 22).\nVos"
        " droits d'accès, de rectification et d'opposition s'exercent auprès du délégué à la protection des données de votre"
        " fournisseur, ou de la CNIL.",
        "This page shows where the return of your power stands. It reads the case of the limitation and the payments that"
        " billing knows, on the ground of your contract (GDPR art. 6.1.b).\nThe code, the end of your customer number and"
        " your postcode are compared by billing and kept nowhere. A visit lasts fifteen minutes.\nWhat you declare or ask"
        " is kept with the case, for fourteen months at most.\nNo decision is final: you may ask for a person to look at it"
        " (GDPR art. 22).\nFor access, correction and objection, write to your supplier's data protection officer, or to"
        " the CNIL.",
    ),
    "accessibility_text": (
        "Cette page est faite pour le clavier, pour les lecteurs d'écran, sans script, et à partir de 320 pixels.\nElle est"
        " partiellement conforme aux WCAG 2.2 AA : elle est vérifiée par des tests automatiques, pas encore par un audit"
        " humain.\nUne difficulté ? Appelez votre fournisseur : un conseiller fait avec vous ce que fait la page.",
        "This page is made for the keyboard, for screen readers, without script, and from 320 pixels.\nIt is partially"
        " conformant with WCAG 2.2 AA: it is checked by automatic tests, not yet by a human audit.\nAny difficulty? Call"
        " your supplier: an advisor does with you what the page does.",
    ),
    "wrong_code": ("Ce code ne convient pas.", "This code is not right."),
    "PaymentDeclared": ("Paiement déclaré", "Payment declared"),
    "PowerMissing": ("Absence de courant signalée", "Missing power reported"),
    "ReviewAsked": ("Regard d'une personne demandé", "A person's look asked for"),
    "PlanAsked": ("Échéancier demandé", "Plan asked for"),
    "DebtDisputed": ("Dette contestée", "Debt disputed"),
    "ProtectionClaimed": ("Protection signalée", "Protection claimed"),
    "AdvisorDecided": ("Décision d'un conseiller", "An advisor's decision"),
    "QuestionSetAside": ("Question mise de côté", "Question set aside"),
    "QuestionTakenUp": ("Question reprise", "Question taken up"),
    "WorkDone": ("Demande traitée", "Request dealt with"),
    "CUSTOMER": ("client", "customer"),
    "ADVISOR": ("conseiller", "advisor"),
    "PAGE": ("page", "page"),
    "DESK": ("bureau", "desk"),
    "TELEPHONE": ("téléphone", "telephone"),
    "API": ("espace client", "customer account"),
}
"""Also the acts and channels that the desk names."""

DESK: Texts = {
    "list": ("À traiter", "To do"),
    "nothing": ("Personne n'attend un conseiller.", "Nobody waits for an advisor."),
    "search": ("Chercher un dossier", "Find a case"),
    "search_hint": (
        "limitation, contrat, point, client ou code du dossier",
        "limitation, contract, point, customer or case code",
    ),
    "find": ("Chercher", "Find"),
    "not_found": ("Aucun dossier ne porte ce nom.", "No case has that name."),
    "what": ("Quoi", "What"),
    "case": ("Dossier", "Case"),
    "waits_since": ("Depuis", "Since"),
    "due": ("Avant", "Before"),
    "whose": ("Chez", "With"),
    "free": ("personne", "nobody"),
    "QUESTION": ("Question du processus", "Question of the process"),
    "LEFT_TO_ADVISOR": ("Dossier confié aux conseillers", "Case left to the advisors"),
    "CARRIED_OUT_AFTER_CANCELLATION": ("Limité malgré l'annulation", "Limited although cancelled"),
    "PAYMENT_REVERSED": ("Paiement repris après le rétablissement", "Payment taken back after restoration"),
    "PLAN_BROKEN": ("Échéancier rompu après le rétablissement", "Plan broken after restoration"),
    "REVIEW": ("Le client demande une personne", "The customer asks for a person"),
    "POWER_MISSING": ("Pas de courant, dossier clos", "No power, case closed"),
    "PLAN": ("Échéancier demandé", "Plan asked for"),
    "DISPUTE": ("Dette contestée", "Debt disputed"),
    "PROTECTION": ("Protection signalée", "Protection claimed"),
    "to_say": ("À dire au client", "To say to the customer"),
    "code": ("Code du dossier", "Case code"),
    "open_work": ("Ce qui attend", "What waits"),
    "take": ("Je prends", "I take it"),
    "give_back": ("Je rends", "I give it back"),
    "decide": ("Décider", "Decide"),
    "RESTORE": ("Rétablir", "Restore"),
    "REFUSE": ("Refuser", "Refuse"),
    "SEND_TECHNICIAN": ("Envoyer un technicien", "Send a technician"),
    "reason": ("Motif (obligatoire)", "Reason (required)"),
    "aside": ("Mettre de côté jusqu'au", "Set aside until"),
    "aside_button": ("Mettre de côté", "Set aside"),
    "aside_said": ("Mis de côté jusqu'au {until}", "Set aside until {until}"),
    "take_up": ("Reprendre", "Take up"),
    "done_with": ("Ce qui a été fait", "What was done"),
    "done_button": ("Terminer", "Done"),
    "line": ("Chronologie", "Line of time"),
    "for_customer": ("Pour le client", "For the customer"),
    "MAY_NOT": ("Vos droits ne permettent pas de décider.", "Your rights do not let you decide."),
    "TAKEN": ("{name} s'en occupe déjà.", "{name} has it already."),
    "DONE": ("C'est déjà fini : {how}.", "It is done already: {how}."),
    "NOT_YOURS": ("Ce n'est pas chez vous.", "It is not with you."),
    "TOO_LONG": ("Trois jours ouvrés au plus, et dans l'avenir.", "Three working days at most, and in the future."),
    "IS_A_QUESTION": ("Une question du processus se décide.", "A question of the process is decided."),
    "OWN_CASE": ("Personne ne décide de son propre dossier.", "Nobody decides their own case."),
    "STALE": ("Cette page est trop ancienne. Rien n'est changé.", "This page is too old. Nothing is changed."),
    "noted": ("C'est noté.", "Noted."),
    "signed_in": ("{name}", "{name}"),
    "no_group": ("Votre compte n'a pas accès au bureau.", "Your account has no access to the desk."),
    "payment_declared": ("Le client a payé", "The customer has paid"),
    "by_telephone": ("au téléphone", "by telephone"),
}


def words(language: Language, texts: Texts) -> Words:
    """The texts of a page with those that all have."""
    return Words(language, {**COMMON, **texts})
