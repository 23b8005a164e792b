# language: fr
Fonctionnalité: Commander à Enedis
  Enedis refuse, tarde, se tait ou n'exécute pas. Le client a sa puissance quand même, par un seul ordre à la fois.

  @refus-un
  Scénario: Enedis refuse le premier ordre et accepte le second
    en: Instant transfer; Enedis refuses the first order (SGT400) and accepts the second
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et Enedis refuse un ordre avec le code SGT400
    Quand le client paie toute sa dette par virement instantané
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @refus-deux
  Scénario: Enedis refuse deux ordres, et le conseiller fait essayer encore une fois
    en: Enedis refuses two orders (SGT400); the advisor has it tried once more
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et Enedis refuse deux ordres avec le code SGT400
    Quand le client paie toute sa dette par carte
    Et un conseiller décide de rétablir
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « erreur fonctionnelle répétée »
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « dossier à l'étude », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @secousses
  Scénario: Chaque étape échoue une fois chez AWS, et le client ne s'en aperçoit pas
    en: Each step fails once at AWS, and the customer does not notice
    Étant donné un client qui doit 120 €
    Et chaque étape échoue une fois chez AWS
    Et sa puissance est limitée à 1 kVA
    Et Enedis refuse deux ordres avec le code SGT400
    Quand le client paie toute sa dette par chèque
    Et ce paiement est encaissé
    Et un conseiller décide de rétablir
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « erreur fonctionnelle répétée »
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « paiement attendu », « dossier à l'étude », « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @secousses-d-une-visite
  Scénario: Chaque étape échoue une fois chez AWS avant la visite d'un technicien, et le client ne s'en aperçoit pas
    en: Each step fails once at AWS before a technician comes, and the customer does not notice
    Étant donné un client qui doit 120 €
    Et chaque étape échoue une fois chez AWS
    Et le compteur ne se commande pas à distance
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et le technicien rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « ordre transmis », « visite d'un technicien » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @autre-ordre
  Scénario: Un autre rétablissement est déjà en cours : il est suivi, et rien n'est commandé
    en: Somebody else's restoration runs when we look: it is followed, nothing is ordered
    Étant donné un client qui doit 120 €
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Et un autre rétablissement est en cours sur le point
    Quand le client paie toute sa dette par carte
    Et Enedis rétablit la puissance
    Alors la puissance est rétablie
    Et le client reçoit « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @puissance-revenue
  Scénario: Personne ne paie, et le flux quotidien d'Enedis apprend que la puissance est revenue
    en: Nobody pays, the nightly check finds nothing; Enedis' daily flow differs: in vain first, then it was lifted
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand la nuit, tous les dossiers ouverts sont revus
    Et le flux quotidien d'Enedis montre un écart
    Alors il reste 120 € à payer
    Quand Enedis rétablit la puissance
    Et le flux quotidien d'Enedis montre un écart
    Alors la puissance était déjà rétablie
    Et les relances sont suspendues, puis reprises, puis suspendues, puis reprises

  @point-inconnu
  Scénario: Enedis ne connaît pas le point ; la facturation annule la limitation, et le dossier est clos
    en: Enedis does not know the point (SGT401), the execution fails; billing cancels, and the limitation is let go
    Étant donné un client qui doit 120 €
    Et Enedis ne connaît pas le point
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Alors le dossier échoue et attend les opérations
    Quand la facturation annule la limitation
    Alors le dossier est clos, car la facturation a annulé la limitation
    Et la facturation apprend qu'une limitation annulée a été exécutée
    Et les opérations apprennent qu'un autre traitement a pris la suite
    Et les relances sont suspendues, puis reprises

  @panne
  Scénario: La facturation et Enedis se taisent, puis Enedis est injoignable pendant le paiement
    en: Billing fails twice, then Enedis at two reads; then nobody reaches Enedis for a while
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et la facturation ne répond pas à deux questions
    Et Enedis ne répond pas à deux lectures du point
    Et Enedis est injoignable
    Quand le client paie toute sa dette par carte
    Et Enedis est de nouveau joignable
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @reponse-perdue
  Scénario: La réponse d'Enedis se perd : l'affaire est retrouvée, et rien n'est commandé deux fois
    en: Enedis accepts the order and its response is lost: the case is found and adopted, nothing is ordered twice
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et la réponse d'Enedis à l'ordre se perd
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @ordre-perdu
  Scénario: L'ordre se perd en chemin : aucune affaire n'est trouvée, il est envoyé encore
    en: The order is lost on its way: no case is found, it is sent again
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et l'ordre se perd avant d'arriver chez Enedis
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @technicien
  Scénario: Le compteur ne se commande pas à distance : un technicien vient, sa visite est reportée puis faite
    en: The meter is out of reach: a technician goes, the visit is replanned (INRP) and done
    Étant donné un client qui doit 120 €
    Et le compteur ne se commande pas à distance
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et Enedis reporte la visite du technicien
    Et le technicien revient et rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « ordre transmis », « visite d'un technicien » (2 fois) et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @non-realise
  Scénario: Deux ordres à distance ne sont pas réalisés : un technicien vient
    en: Two remote orders are closed as not done (CPNR): a technician goes
    Étant donné un client qui doit 120 €
    Et Enedis ne réalise pas deux ordres
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et Enedis accepte un rétablissement à distance
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « ordre transmis » (3 fois) et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @non-recevable
  Scénario: Enedis juge l'ordre non recevable, et le conseiller envoie un technicien
    en: Enedis closes the order as not admissible (CNRE); the advisor sends a technician
    Étant donné un client qui doit 120 €
    Et Enedis juge l'ordre non recevable
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et un conseiller décide d'envoyer un technicien
    Alors la puissance est rétablie
    Et un conseiller est interrogé : « demande non recevable »
    Et Enedis accepte un rétablissement à distance
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « dossier à l'étude », « ordre transmis » (2 fois) et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @retard
  Scénario: Enedis tarde, et chaque étape échoue une fois chez AWS : les opérations et le client l'apprennent une fois, et l'attente continue
    en: Enedis is late, and each step fails once at AWS: operations and the customer are told once, and the wait goes on
    Étant donné un client qui doit 120 €
    Et chaque étape échoue une fois chez AWS
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Et Enedis tarde des jours à répondre à l'ordre
    Quand le client paie toute sa dette par carte
    Et un jour passe
    Alors les opérations apprennent le retard
    Quand Enedis rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis », « retard d'Enedis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @visite-et-flux
  Scénario: Un technicien est attendu, et le flux quotidien d'Enedis montre un écart : sa visite n'est annoncée qu'une fois
    en: A technician is awaited, and Enedis' daily flow differs: the case is read at once, and the visit told once
    Étant donné un client qui doit 120 €
    Et le compteur ne se commande pas à distance
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et le flux quotidien d'Enedis montre un écart
    Et le technicien rétablit la puissance
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement par un technicien
    Et le client reçoit « ordre transmis », « visite d'un technicien » et « puissance rétablie »
    Et la facturation apprend une fois de plus que la puissance va revenir
    Et les relances sont suspendues, puis arrêtées

  @lecture-rejetee
  Scénario: Enedis rejette une lecture pendant l'ordre : le dossier échoue, les opérations le relancent, rien n'est commandé deux fois
    en: Enedis rejects a read while the order runs: the execution fails, operations redrive it, nothing is ordered twice
    Étant donné un client qui doit 120 €
    Et Enedis n'exécute pas l'ordre avant longtemps
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et Enedis rejette une lecture avec le code SGT400
    Et Enedis rétablit la puissance
    Alors le dossier échoue et attend les opérations
    Quand les opérations relancent le dossier
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées

  @coupe-pour-securite
  Scénario: Le point est coupé pour raison de sécurité : rien n'est commandé, les conseillers ont le dossier
    en: Pays, and the point is cut for safety: nothing is ordered, the advisors have the case
    Étant donné un client qui doit 120 €
    Et le point est coupé pour raison de sécurité
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et aucun conseiller ne répond en six jours
    Alors le dossier reste aux conseillers
    Et un conseiller est interrogé : « coupé pour sécurité » (3 fois)
    Et le client reçoit « dossier à l'étude »
    Et les relances sont suspendues, puis reprises

  @question-encore-ouverte
  Scénario: La seconde question est encore ouverte : un paiement de plus n'en pose pas une troisième
    en: The second question is still open: one more payment asks no third
    Étant donné un client qui doit 120 €
    Et le point est coupé pour raison de sécurité
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et aucun conseiller ne répond en deux jours
    Et le client paie 10 € par carte
    Et la facturation annule la limitation
    Alors le dossier est clos, car la facturation a annulé la limitation
    Et la facturation apprend qu'une limitation annulée a été exécutée
    Et un conseiller est interrogé : « coupé pour sécurité » (2 fois)
    Et la question au conseiller est retirée
    Et le client reçoit « dossier à l'étude »
    Et les relances sont suspendues, puis reprises

  @point-d-un-autre
  Scénario: Le client a tout payé, et le point est au contrat d'un autre : les conseillers ont le dossier
    en: Pays in full, and the point names another contract: nothing is ordered, the advisors have the case
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et le point est au contrat d'un autre
    Quand le client paie toute sa dette par carte
    Et aucun conseiller ne répond en six jours
    Alors le dossier reste aux conseillers
    Et un conseiller est interrogé : « contrat d'un autre » (3 fois)
    Et le client reçoit « dossier à l'étude »
    Et les relances sont suspendues, puis reprises
    Quand la nuit, tous les dossiers ouverts sont revus
    Alors rien d'autre n'arrive

  @non-raccorde
  Scénario: Le point n'est plus raccordé : trois questions, aucune issue, les conseillers gardent le dossier
    en: The point is not connected any more: three questions, no way out; the advisors keep it, no night asks again
    Étant donné un client qui doit 120 €
    Et le point n'est plus raccordé
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par carte
    Et un conseiller décide de rétablir
    Et un conseiller décide de rétablir
    Et un conseiller décide de rétablir
    Alors le dossier reste aux conseillers
    Quand la nuit, tous les dossiers ouverts sont revus
    Alors un conseiller est interrogé : « point non raccordé » (3 fois)
    Et le client reçoit « dossier à l'étude »
    Et les relances sont suspendues, puis reprises

  @panne-et-treve
  Scénario: Le reste est payé pendant qu'Enedis est injoignable, puis la trêve hivernale commence
    en: Pays in two parts, the rest while nobody reaches Enedis; the winter truce begins; then Enedis is back
    Étant donné un client qui doit 120 €
    Et nous sommes le 24 octobre 2026
    Et sa puissance est limitée à 1 kVA
    Quand le client paie 70 € par carte
    Alors il reste 50 € à payer
    Quand le 30 octobre 2026 arrive
    Et Enedis est injoignable
    Et le client paie 50 € par carte
    Et le 1er novembre 2026 arrive
    Et Enedis est de nouveau joignable
    Alors la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis reprises, puis suspendues, puis arrêtées
