# language: fr
Fonctionnalité: Payer
  Le client paie sa dette. Dès que l'argent est certain, ou presque, sa puissance revient, une seule fois.

  @carte
  Scénario: Le client paie toute sa dette par carte
    en: Pays the whole debt by card
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @annonce-double
  Scénario: Le client paie en espèces, à 0,40 € près, et la facturation l'annonce deux fois
    en: Pays in cash, 0.40 EUR short; billing reports it twice
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 119,60 € en espèces
    Et la facturation annonce ce paiement une seconde fois
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @paiement-en-avance
  Scénario: Le paiement arrive avant l'annonce de la limitation
    en: The payment comes before the limitation is known
    Étant donné un client qui doit 120 €
    Quand le client paie toute sa dette par carte
    Et la facturation annonce que sa puissance est limitée à 1 kVA
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @deux-paiements
  Scénario: Le client paie en deux fois
    en: Pays in two parts, of which only both cover the debt
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 70 € par carte
    Alors il reste 50 € à payer
    Quand le client paie 50 € en espèces
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis arrêtées

  @solde-du
  Scénario: Le client paie une partie, et apprend ce qui lui reste à payer
    en: Pays a part, and is told what is left to pay
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 70 € par carte
    Alors il reste 50 € à payer
    Et le client reçoit « solde à payer »
    Et les relances sont suspendues, puis reprises

  @cheque-sans-suite
  Scénario: Le chèque est rejeté, et le client l'apprend
    en: The cheque bounces, and the customer is told
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et la banque rejette ce paiement
    Alors il reste 120 € à payer
    Et le client reçoit « paiement attendu » et « paiement rejeté »
    Et les relances sont suspendues, puis reprises

  @cheque-encaisse
  Scénario: Le client paie par chèque, et la puissance attend qu'il soit encaissé
    en: Pays by cheque; power waits until it has cleared
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et ce paiement est encaissé
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « paiement attendu », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @cheque-rejete
  Scénario: Le chèque est rejeté, puis le FSL accorde toute la dette
    en: The cheque bounces; later the housing fund (FSL) grants the whole debt
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et la banque rejette ce paiement
    Alors il reste 120 € à payer
    Quand le FSL accorde 120 €
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « paiement attendu » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis prolongées

  @cheque-puis-carte
  Scénario: Sans nouvelle du chèque, le client paie par carte
    en: No news of the cheque in time, so it waits again; then the customer pays by card
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et un jour passe
    Alors le paiement reste attendu
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « paiement attendu », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @sans-adresse
  Scénario: La facturation n'a pas d'adresse pour le client, et un technicien vient sans qu'il le sache
    en: Billing has no address of the customer: a technician comes, untold
    Étant donné un client qui doit 120 €
    Et le compteur ne se commande pas à distance
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Et la facturation n'a pas d'adresse pour le client
    Quand le client paie toute sa dette par chèque
    Alors le paiement reste attendu
    Quand ce paiement est encaissé
    Alors la visite d'un technicien est prévue
    Quand le technicien rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement par un technicien
    Et quatre messages ne peuvent pas partir
    Et les relances sont suspendues, puis arrêtées

  @service-arrete
  Scénario: Le reste est payé pendant que le service est arrêté, et la revue de la nuit le trouve
    en: Pays a part; the rest comes while operations have switched us off, and the nightly check finds it
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 50 € par carte
    Alors il reste 70 € à payer
    Quand les opérations arrêtent le service
    Et le client paie 70 € par carte
    Alors rien n'est fait, car le service est arrêté
    Quand les opérations remettent le service en marche
    Et la nuit, tous les dossiers ouverts sont revus
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis arrêtées

  @echeancier
  Scénario: Le client paie la première échéance d'un échéancier, accordé ensuite
    en: Pays the first instalment of a plan, which is agreed afterwards
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 40 € par carte
    Alors il reste 80 € à payer
    Quand le client obtient un échéancier, première échéance de 40 €
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis prolongées

  @echeance-due
  Scénario: La première échéance est due aujourd'hui : elle seule est réclamée, et elle rétablit
    en: The first instalment is due today: it alone is asked for, and it brings power back
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client obtient un échéancier, première échéance de 40 €
    Alors il reste 40 € à payer
    Quand le client paie 40 € par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis prolongées

  @echeancier-rompu
  Scénario: Un échéancier accordé par téléphone rétablit la puissance, puis il n'est pas respecté
    en: Agrees by telephone on a plan that begins next month: power is back at once; later the plan is broken
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client obtient un échéancier, première échéance de 40 € le 5 juin 2026
    Alors la puissance est rétablie
    Quand le client ne respecte pas son échéancier
    Alors la facturation apprend que l'échéancier qui a rétabli est rompu
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @confiance-decue
  Scénario: La puissance revient sur la confiance dans un prélèvement, que la banque rejette ensuite
    en: Has power back on trust in a direct debit, which the bank returns later: billing hears, nothing is limited
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client a toujours payé
    Quand le client paie toute sa dette par prélèvement
    Alors la puissance est rétablie
    Quand la banque rejette ce paiement
    Alors la facturation apprend que le paiement qui a rétabli est rejeté
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @part-contestee
  Scénario: Le client conteste 50 € de sa dette et paie le reste
    en: Disputes 50 EUR of the debt of 120, and pays the rest
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client conteste 50 € de sa dette
    Quand le client paie 70 € par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @observation
  Scénario: Hors du déploiement progressif, tout est décidé et rien n'est commandé
    en: Outside the rollout percentage; pays a part, then the rest: decided and recorded, nothing ordered
    Étant donné un client qui doit 120 €
    Et le client est hors du déploiement progressif
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 50 € par carte
    Alors rien n'est commandé, car le client est seulement observé
    Quand le client paie 70 € par carte
    Alors rien n'est commandé, car le client est seulement observé

  @observation-du-solde
  Scénario: Hors du déploiement progressif, un paiement partiel est jugé, et personne n'apprend le solde
    en: Outside the rollout percentage; pays a part: the balance is decided and recorded, and nobody is told
    Étant donné un client qui doit 120 €
    Et le client est hors du déploiement progressif
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 50 € par carte
    Alors rien n'est commandé, car le client est seulement observé

  @rejet-pendant-ordre
  Scénario: La banque rejette le paiement pendant qu'Enedis travaille : l'ordre est mené à bout, la dette reste due
    en: The bank returns the payment while Enedis works: the order is finished, and the debt stays due
    Étant donné un client qui doit 120 €
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et la banque rejette ce paiement
    Alors les conseillers apprennent que le paiement est rejeté pendant l'ordre
    Et la facturation apprend une fois de plus que la puissance va revenir
    Quand Enedis rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises

  @rejet-et-non-realise
  Scénario: La banque rejette le paiement, et Enedis ne réalise pas l'ordre : rien n'est commandé encore une fois
    en: The bank returns the payment, and Enedis does not carry the order out: nothing is ordered again
    Étant donné un client qui doit 120 €
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et la banque rejette ce paiement
    Alors les conseillers apprennent que le paiement est rejeté pendant l'ordre
    Et la facturation apprend une fois de plus que la puissance va revenir
    Quand Enedis ne réalise pas l'ordre en cours
    Alors il reste 120 € à payer
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « paiement rejeté »
    Et les relances sont suspendues, puis reprises

  @virement-d-un-proche
  Scénario: Un proche paie toute la dette par virement : n'importe qui peut payer, et la puissance revient
    en: A relative pays the whole debt by instant transfer: as certain as the means
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand un proche paie toute la dette par virement instantané
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @cheque-d-un-proche
  Scénario: Un proche paie par chèque, et le bon historique du client ne vaut pas pour lui
    en: A relative pays by cheque: it is waited for, though the customer has always paid
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client a toujours payé
    Quand un proche paie toute la dette par chèque
    Et ce paiement est encaissé
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « paiement attendu », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @offre-acceptee
  Scénario: Le client paie la première échéance d'un échéancier proposé : il l'accepte
    en: Pays the first instalment of a plan that was only offered, and so accepts it
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et la facturation propose un échéancier, première échéance de 40 €, jusqu'au 15 mai 2026
    Quand le client paie 40 € par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @offre-caduque
  Scénario: Le client paie la première échéance après la fin de l'offre : c'est un paiement partiel
    en: Pays the first instalment after the offer has lapsed: a part payment
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et la facturation propose un échéancier, première échéance de 40 €, jusqu'au 6 mai 2026
    Quand le 7 mai 2026 arrive
    Et le client paie 40 € par carte
    Alors il reste 80 € à payer
    Et le client reçoit « solde à payer »
    Et les relances sont suspendues, puis reprises

  @litige-de-peu
  Scénario: Le client conteste 1 € de 120 €, ne paie rien, et aucun conseiller ne répond : le reste est dû
    en: Disputes 1 EUR of 120, pays nothing, and no advisor answers: the rest is due
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client conteste 1 € de sa dette
    Quand la nuit, tous les dossiers ouverts sont revus
    Et aucun conseiller ne répond en deux jours
    Alors il reste 119 € à payer
    Et un conseiller est interrogé : « litige en cours »
    Et la question au conseiller est retirée
    Et le client reçoit « dossier à l'étude » et « solde à payer »
    Et les relances sont suspendues, puis reprises

  @trois-plans-rompus
  Scénario: Après trois plans rompus, 1 € du FSL ne dispense pas de la première échéance
    en: After three broken plans, 1 EUR of housing aid does not stand for the first instalment
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client a rompu trois échéanciers dans l'année
    Quand le client obtient un échéancier, première échéance de 40 €
    Alors il reste 40 € à payer
    Quand le FSL accorde 1 €
    Alors il reste 40 € à payer
    Et le client reçoit « solde à payer »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis reprises
