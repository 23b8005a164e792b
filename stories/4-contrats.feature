# language: fr
Fonctionnalité: Annuler et clore
  La limitation est annulée ou le contrat prend fin : personne n'attend plus rien, et personne n'est oublié.

  @pas-encore-limite
  Scénario: Le client paie avant qu'Enedis exécute la limitation : elle est rappelée
    en: Pays before Enedis has carried the limitation out: it is called back
    Étant donné un client qui doit 120 €
    Et sa limitation est demandée, et Enedis l'exécutera dans une heure
    Quand le client paie toute sa dette par carte
    Alors la limitation est rappelée avant d'être exécutée
    Et Enedis accepte l'annulation de la limitation
    Et le client reçoit « ordre transmis » et « limitation annulée »
    Et les relances sont suspendues, puis arrêtées

  @annulation
  Scénario: La facturation annule la limitation pendant que le chèque est attendu
    en: Billing cancels the limitation while the cheque is waited for
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et la facturation annule la limitation
    Alors le dossier est clos, car la facturation a annulé la limitation
    Et la facturation apprend qu'une limitation annulée a été exécutée
    Et le client reçoit « paiement attendu »
    Et les relances sont suspendues, puis reprises

  @fin-de-contrat
  Scénario: Le contrat prend fin pendant que le chèque est attendu
    en: The contract ends while the cheque is waited for
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Quand le client paie toute sa dette par chèque
    Et le contrat prend fin
    Alors le dossier est clos, car le contrat a pris fin
    Et le client reçoit « paiement attendu »
    Et les relances sont suspendues, puis reprises

  @contrat-deja-clos
  Scénario: Le contrat était clos chez la facturation, qui ne l'avait pas annoncé
    en: The contract ended at billing, which told nobody
    Étant donné un client qui doit 120 €
    Et sa puissance est limitée à 1 kVA
    Et la facturation a clos le contrat sans l'annoncer
    Quand le client paie toute sa dette par carte
    Alors le dossier est clos, car le contrat a pris fin
    Et les relances sont suspendues, puis reprises

  @annulee-puis-executee
  Scénario: La limitation est annulée, le client paie, et Enedis exécute quand même : la puissance est rétablie
    en: The limitation is cancelled, the customer pays, and Enedis carries it out all the same: power is restored
    Étant donné un client qui doit 120 €
    Et la facturation demande la limitation de sa puissance
    Et la facturation annule la limitation
    Quand le client paie toute sa dette par carte
    Et la facturation annonce que sa puissance est limitée à 1 kVA
    Alors la facturation apprend qu'une limitation annulée a été exécutée
    Et la puissance est rétablie
    Et Enedis accepte un rétablissement à distance
    Et le client reçoit « ordre transmis » et « puissance rétablie »
    Et les relances sont suspendues, puis arrêtées
