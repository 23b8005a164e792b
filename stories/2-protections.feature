# language: fr
Fonctionnalité: Protéger
  La loi et les conseillers rendent de la puissance sans attendre l'argent : trêve hivernale, chèque énergie, FSL, litige.

  @cheque-energie
  Scénario: L'hiver, la puissance est relevée ; un chèque énergie la rétablit ensuite sans paiement
    en: Winter: the floor is raised; an energy voucher then brings full power without any payment
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est relevée à 3 kVA
    Quand le client présente un chèque énergie
    Alors la puissance est rétablie
    Et Enedis accepte un relèvement de la puissance
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance relevée » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis prolongées

  @cheque-energie-en-paiement
  Scénario: L'hiver, un chèque énergie qui paie une partie de la dette prouve la protection de son titulaire
    en: Winter: a voucher (chèque énergie) that is used for a part of the debt proves the holder's protection
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est relevée à 3 kVA
    Quand le client paie 48 € par chèque énergie
    Alors la puissance est rétablie
    Et Enedis accepte un relèvement de la puissance
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance relevée », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis prolongées

  @paiement-en-hiver
  Scénario: L'hiver, la puissance est relevée à 3 kVA ; le paiement la rétablit ensuite
    en: Winter: the floor is raised to 3 kVA; the payment then brings full power
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est relevée à 3 kVA
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un relèvement de la puissance
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance relevée », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis arrêtées

  @plancher-atteint
  Scénario: L'hiver, Enedis montre déjà 3 kVA ; puis la facturation annule la limitation
    en: Winter: Enedis shows 3 kVA already; then billing cancels the limitation while nobody works on it
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et Enedis montre déjà 3 kVA
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est relevée à 3 kVA
    Quand la facturation annule la limitation
    Alors la limitation est annulée
    Et la facturation apprend qu'une limitation annulée a été exécutée
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises
    Quand la nuit, tous les dossiers ouverts sont revus
    Alors rien d'autre n'arrive

  @avant-la-treve
  Scénario: Les derniers jours d'octobre, la puissance est relevée avant que la trêve hivernale commence
    en: In the last days of October the floor is raised, before the winter truce begins
    Étant donné un client qui doit 120 €
    Et nous sommes le 27 octobre 2026
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est relevée à 3 kVA
    Et Enedis accepte un relèvement de la puissance
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises

  @aide-partielle
  Scénario: Le FSL accorde une partie, aucun conseiller ne propose d'échéancier pour le reste : la puissance revient
    en: The housing fund (FSL) grants a part, and no advisor proposes a plan for the rest: power comes back
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le FSL accorde 50 €
    Et aucun conseiller ne répond en deux jours
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « plan à proposer pour le solde de l'aide »
    Et la question au conseiller est retirée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @aide-refusee
  Scénario: La puissance revient dès la demande d'aide, et reste quand le FSL refuse
    en: The housing fund (FSL) refuses: power, which came back when the aid was asked for, stays
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client demande une aide du FSL
    Alors la puissance est rétablie
    Quand le FSL refuse son aide
    Alors Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @litige-accepte
  Scénario: Le client conteste sa dette et en paie une partie ; après une nuit, le conseiller rétablit
    en: A dispute; a part payment, a nightly check; the advisor restores
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client conteste sa dette
    Et le client paie 10 € par carte
    Et la nuit, tous les dossiers ouverts sont revus
    Et un conseiller décide de rétablir
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « litige en cours »
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @litige-sans-reponse
  Scénario: Aucun conseiller ne répond à temps au litige : les règles décident pour le client
    en: A dispute that no advisor answers in time: the rules decide for the customer
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client conteste sa dette
    Et aucun conseiller ne répond en deux jours
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « litige en cours »
    Et la question au conseiller est retirée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @litige-refuse
  Scénario: Le conseiller juge le litige infondé : la puissance ne revient pas, et le client sait pourquoi
    en: A dispute that the advisor finds unfounded: power does not come back, and the customer is told why
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client conteste sa dette
    Et un conseiller décide de refuser
    Alors le rétablissement est refusé
    Et un conseiller est interrogé : « litige en cours »
    Et le client reçoit « dossier à l'étude » et « demande refusée »
    Et les relances sont suspendues, puis reprises

  @professionnel
  Scénario: Un professionnel n'a pas payé : un conseiller d'abord, et sans réponse, le solde lui est réclamé
    en: A professional who has not paid: an advisor first, and after silence the balance is due
    Étant donné un client qui doit 120 €
    Et le client est un professionnel
    Et sa puissance est limitée à 1 kVA
    Quand aucun conseiller ne répond en six jours
    Alors il reste 120 € à payer
    Et un conseiller est interrogé : « client professionnel »
    Et la question au conseiller est retirée
    Et le client reçoit « dossier à l'étude » et « solde à payer »
    Et les relances sont suspendues, puis reprises

  @professionnel-paye
  Scénario: Un professionnel qui a payé est rétabli comme un particulier
    en: A professional who has paid gets power back like anybody
    Étant donné un client qui doit 120 €
    Et le client est un professionnel
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « client professionnel »
    Et la question au conseiller est retirée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @quarante-deux-kva
  Scénario: L'hiver, 42 kVA avec un chèque énergie sont protégés ; Enedis ne l'exécute pas, un conseiller le demande
    en: Winter: 42 kVA with a voucher are protected; Enedis cannot carry it out on our order, so an advisor asks for it
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et le client a souscrit 42 kVA
    Et sa puissance est limitée à 3 kVA
    Quand le client présente un chèque énergie
    Et un conseiller décide d'envoyer un technicien
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « plus de 36 kVA »
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « dossier à l'étude » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @plancher-dementi
  Scénario: L'hiver, le registre dit 3 kVA et le point n'en montre qu'un : la puissance est relevée
    en: Winter: the register says 3 kVA and the point shows only one: the floor is raised
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et Enedis montre déjà 1 kVA
    Et la facturation annonce que sa puissance est limitée à 3 kVA
    Quand le flux quotidien d'Enedis montre un écart
    Alors la puissance est relevée à 3 kVA
    Et Enedis accepte un relèvement de la puissance
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises

  @coupe-malgre-le-registre
  Scénario: L'hiver, le registre dit 3 kVA et le point est coupé : un paiement d'une part suffit à le faire lire et rétablir
    en: Winter: the register says 3 kVA and the point is cut: any payment has it read, and full power comes back
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et le point est coupé
    Et la facturation annonce que sa puissance est limitée à 3 kVA
    Quand le client paie 10 € par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @surendettement-en-partie
  Scénario: Une dette à moitié gelée : seul le reste est réclamé ; le client paie tout, un conseiller l'apprend
    en: Half of a debt is frozen: only the rest is due; the customer pays all of it, and an advisor hears so
    Étant donné un client qui doit 120 €
    Et sa consommation impayée commence le 25 avril 2026
    Et sa consommation impayée finit le 14 mai 2026
    Et sa puissance est limitée à 1 kVA
    Quand le client est en surendettement
    Alors il reste 60 € à payer
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et les conseillers apprennent que le client a payé une dette gelée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis arrêtées

  @surendettement-et-litige
  Scénario: Une moitié gelée, l'autre contestée, et aucun conseiller ne répond : rien n'est réclamé, la puissance revient
    en: Half of a debt is frozen, the other half disputed, and no advisor answers: nothing is asked, power comes back
    Étant donné un client qui doit 120 €
    Et sa consommation impayée commence le 25 avril 2026
    Et sa consommation impayée finit le 14 mai 2026
    Et sa puissance est limitée à 1 kVA
    Et le client conteste 60 € de sa dette
    Quand le client est en surendettement
    Et aucun conseiller ne répond en deux jours
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « litige en cours »
    Et la question au conseiller est retirée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @surendettement-decide
  Scénario: La commission a décidé : la dette ancienne n'est jamais réclamée, un conseiller lit le plan
    en: The commission has decided: the old debt is never asked for, an advisor reads the plan
    Étant donné un client qui doit 120 €
    Et la commission de surendettement décide le 1er mai 2026
    Et sa puissance est limitée à 1 kVA
    Quand le client est en surendettement
    Et un conseiller décide de rétablir
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « dette qui ne se réclame pas »
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude » et « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @aide-passee
  Scénario: Le FSL a déjà aidé ce foyer chez nous, et il est coupé : toute sa puissance revient
    en: The housing fund (FSL) has helped this household with us before, and it is cut: full power comes back
    Étant donné un client qui doit 120 €
    Et le FSL a déjà aidé le client chez ce fournisseur
    Et son alimentation est coupée
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis prolongées

  @opposition
  Scénario: Le client s'oppose à ce que les services sociaux soient prévenus : personne ne l'est
    en: The customer opposes that the social services are told: nobody is
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le client s'oppose à ce que les services sociaux soient prévenus
    Quand dix jours passent
    Et la nuit, tous les dossiers ouverts sont revus
    Et le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @coupe-en-hiver
  Scénario: L'hiver, un point coupé ne peut pas être relevé : il reçoit toute sa puissance, et elle est dite rétablie
    en: Winter: a point that is cut cannot be raised to a floor; it gets full power, and is called restored
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et le point est coupé
    Et sa puissance est limitée à 1 kVA
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis reprises

  @pas-encore-limite-en-hiver
  Scénario: L'hiver, une limitation qui n'est pas encore exécutée est rappelée, et aucun plancher n'est annoncé
    en: Winter: a limitation that is not yet carried out is called back, and no floor is announced
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et sa limitation est demandée, et Enedis l'exécutera dans une heure
    Alors la limitation est rappelée avant d'être exécutée
    Et Enedis accepte l'annulation de la limitation
    Et le client reçoit « limitation annulée »
    Et les relances sont suspendues, puis reprises

  @relevement-refuse
  Scénario: L'hiver, Enedis refuse le relèvement ; le paiement rétablit quand même
    en: Winter: Enedis refuses to raise the floor; a payment brings full power all the same
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et Enedis refuse un ordre avec le code SGT999
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « code inconnu »
    Et la question au conseiller est retirée
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @autre-ordre-en-hiver
  Scénario: L'hiver, un autre rétablissement est en cours : il est suivi jusqu'au plancher, et rien n'est commandé
    en: Winter: somebody else's restoration runs while a floor is wanted; it is followed to the floor
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et un autre rétablissement est en cours sur le point
    Et sa puissance est limitée à 1 kVA
    Quand Enedis laisse 3 kVA au point
    Alors la puissance est relevée à 3 kVA
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises

  @visite-pour-un-plancher
  Scénario: L'hiver, un technicien vient pour relever la puissance, qui n'est pas rétablie
    en: Winter: a technician comes to raise the limit; power is not restored
    Étant donné un client qui doit 120 €
    Et nous sommes le 1er décembre 2026
    Et le compteur ne se commande pas à distance
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand deux heures passent
    Et Enedis laisse 3 kVA au point
    Alors la puissance est relevée à 3 kVA
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « visite d'un technicien » et « puissance relevée »
    Et les relances sont suspendues, puis reprises

  @premier-novembre
  Scénario: Le 1er novembre, la revue de la nuit relève la puissance, une seule fois et sans aucun événement
    en: The first of November raises the floor, once and without any event
    Étant donné un client qui doit 120 €
    Et nous sommes le 10 octobre 2026
    Et sa puissance est limitée à 1 kVA
    Quand le 1er novembre 2026 arrive
    Et la nuit, tous les dossiers ouverts sont revus
    Et la nuit, tous les dossiers ouverts sont revus
    Alors la puissance est relevée à 3 kVA
    Et les services sociaux sont à prévenir
    Et Enedis accepte un relèvement de la puissance
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises

  @relevement-apres-la-treve
  Scénario: La trêve finit avant que la puissance soit relevée : le relèvement est mené à bout, et retenu
    en: The winter truce ends before the floor is raised: the order is finished, and the floor is recorded
    Étant donné un client qui doit 120 €
    Et nous sommes le 30 mars 2027
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le 2 avril 2027 arrive
    Et le client paie 10 € par carte
    Et Enedis laisse 3 kVA au point
    Alors la puissance est relevée à 3 kVA
    Et la facturation apprend une fois de plus que la puissance va revenir
    Et Enedis accepte un relèvement de la puissance
    Et le client reçoit « puissance relevée »
    Et les relances sont suspendues, puis reprises
