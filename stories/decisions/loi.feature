# language: fr
Fonctionnalité: La loi
  Chaque règle nomme son article. Ses exemples disent ce qui est dû au client, qu'il paie ou non, et jusqu'à quand.
  Les tables en vigueur et tout brouillon doivent les tenir tous ; rien d'autre ne doit arriver que ce qui est écrit.
  Le client de chaque exemple doit 120 €, a souscrit 6 kVA et n'a rien payé, sauf mention contraire.

  Règle: CASF art. L115-3 : pendant la trêve, la puissance d'un bénéficiaire du chèque énergie n'est pas réduite

    Plan du Scénario: Du 1er novembre au 31 mars, le chèque énergie rend toute la puissance : <jour>
      Étant donné nous sommes le 1er octobre 2026
      Et sa puissance est limitée à 1 kVA
      Et le client présente un chèque énergie
      Quand le <jour> arrive
      Alors la puissance est rétablie
      Et c'est au titre du chèque énergie pendant la trêve
      Et cette protection dure jusqu'au 31 mars 2027
      Et aucune relance ne part avant le 1er avril 2027

      Exemples:
        | jour              |
        | 1er novembre 2026 |
        | 31 décembre 2026  |
        | 1er janvier 2027  |
        | 31 mars 2027      |

    Plan du Scénario: Hors de la trêve, le chèque énergie ne protège pas de la réduction : <jour>
      Étant donné nous sommes le 1er mars 2026
      Et sa puissance est limitée à 1 kVA
      Et le client présente un chèque énergie
      Quand le <jour> arrive
      Alors rien n'est dû à la loi

      Exemples:
        | jour              |
        | 1er avril 2026    |
        | 30 septembre 2026 |
        | 1er octobre 2026  |

    Scénario: Un chèque énergie utilisé en paiement prouve la protection de son titulaire
      Étant donné nous sommes le 15 janvier 2027
      Et sa puissance est limitée à 1 kVA
      Quand le client paie 48 € par chèque énergie
      Alors la puissance est rétablie
      Et c'est au titre du chèque énergie pendant la trêve
      Et cette protection dure jusqu'au 31 mars 2027
      Et aucune relance ne part avant le 1er avril 2027

    Scénario: Un chèque énergie qui finit pendant la trêve protège jusqu'à son dernier jour compris
      Étant donné nous sommes le 15 janvier 2027
      Et sa puissance est limitée à 1 kVA
      Et le client présente un chèque énergie, valable jusqu'au 28 février 2027
      Quand le 28 février 2027 arrive
      Alors la puissance est rétablie
      Et c'est au titre du chèque énergie pendant la trêve
      Et cette protection dure jusqu'au 28 février 2027
      Et aucune relance ne part avant le 1er mars 2027

    Scénario: Un chèque énergie utilisé ne prouve plus rien après le 31 mars de l'année suivante
      Étant donné nous sommes le 30 avril 2025
      Et sa puissance est limitée à 1 kVA
      Et le client paie 48 € par chèque énergie
      Quand le 15 décembre 2026 arrive
      Alors la puissance est relevée à 3 kVA
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

    Scénario: Le lendemain de la fin du chèque énergie, le plancher d'hiver reste dû
      Étant donné nous sommes le 15 janvier 2027
      Et sa puissance est limitée à 1 kVA
      Et le client présente un chèque énergie, valable jusqu'au 28 février 2027
      Quand le 1er mars 2027 arrive
      Alors la puissance est relevée à 3 kVA
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

  Règle: CASF art. L115-3 : pendant la trêve, l'alimentation d'une résidence principale n'est pas coupée

    Plan du Scénario: Du 1er novembre au 31 mars, une coupure est levée : <jour>
      Étant donné nous sommes le 1er octobre 2026
      Et son alimentation est coupée
      Quand le <jour> arrive
      Alors la puissance est rétablie
      Et c'est au titre de la coupure pendant la trêve
      Et cette protection dure jusqu'au 31 mars 2027
      Et aucune relance ne part avant le 1er avril 2027

      Exemples:
        | jour              |
        | 1er novembre 2026 |
        | 31 décembre 2026  |
        | 1er janvier 2027  |
        | 31 mars 2027      |

    Plan du Scénario: Hors de la trêve, une coupure seule n'est pas levée : <jour>
      Étant donné nous sommes le 1er mars 2026
      Et son alimentation est coupée
      Quand le <jour> arrive
      Alors rien n'est dû à la loi

      Exemples:
        | jour              |
        | 1er avril 2026    |
        | 30 septembre 2026 |
        | 1er octobre 2026  |

    Scénario: La trêve ne protège pas une résidence secondaire
      Étant donné nous sommes le 15 janvier 2027
      Et le logement est une résidence secondaire
      Et son alimentation est coupée
      Alors rien n'est dû à la loi

    Scénario: La trêve protège le logement sans limite de puissance souscrite
      Étant donné nous sommes le 15 janvier 2027
      Et le client a souscrit 42 kVA
      Et son alimentation est coupée
      Alors la puissance est rétablie
      Et c'est au titre de la coupure pendant la trêve
      Et cette protection dure jusqu'au 31 mars 2027
      Et aucune relance ne part avant le 1er avril 2027

    Scénario: La trêve ne protège pas les locaux d'un professionnel
      Étant donné nous sommes le 15 janvier 2027
      Et le client est un professionnel
      Et son alimentation est coupée
      Alors un conseiller est interrogé
      Et c'est au titre du client professionnel

    Scénario: La trêve prime, quoi qu'en dise un conseiller
      Étant donné nous sommes le 15 janvier 2027
      Et son alimentation est coupée
      Quand un conseiller décide de refuser
      Alors la puissance est rétablie
      Et c'est au titre de la coupure pendant la trêve
      Et cette protection dure jusqu'au 31 mars 2027
      Et aucune relance ne part avant le 1er avril 2027

  Règle: Décret 2008-780 art. 4 : pendant la trêve, la réduction laisse 3 kVA à partir de 6 kVA souscrits, et 2 kVA pour 3 kVA
    De 4 à 5 kVA et sous 2 kVA, le décret se tait : c'est notre engagement, que le juridique confirme.

    Plan du Scénario: Du 1er novembre au 31 mars, le plancher est dû : <jour>
      Étant donné nous sommes le 1er octobre 2026
      Et sa puissance est limitée à 1 kVA
      Quand le <jour> arrive
      Alors la puissance est relevée à 3 kVA
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

      Exemples:
        | jour              |
        | 1er novembre 2026 |
        | 31 décembre 2026  |
        | 1er janvier 2027  |
        | 31 mars 2027      |

    Plan du Scénario: Hors de la trêve, 1 kVA suffit : <jour>
      Étant donné nous sommes le 1er mars 2026
      Et sa puissance est limitée à 1 kVA
      Quand le <jour> arrive
      Alors rien n'est dû à la loi

      Exemples:
        | jour              |
        | 1er avril 2026    |
        | 30 septembre 2026 |
        | 1er octobre 2026  |

    Plan du Scénario: <souscrite> souscrits et limités à <limitée> : <plancher> sont dus
      Étant donné nous sommes le 15 janvier 2027
      Et le client a souscrit <souscrite>
      Et sa puissance est limitée à <limitée>
      Alors la puissance est relevée à <plancher>
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

      Exemples:
        | souscrite | limitée | plancher |
        | 36 kVA    | 1 kVA   | 3 kVA    |
        | 9 kVA     | 1 kVA   | 3 kVA    |
        | 6 kVA     | 1 kVA   | 3 kVA    |
        | 6 kVA     | 2,9 kVA | 3 kVA    |
        | 5,9 kVA   | 1 kVA   | 3 kVA    |
        | 5 kVA     | 1 kVA   | 3 kVA    |
        | 4 kVA     | 2 kVA   | 3 kVA    |
        | 3 kVA     | 1 kVA   | 2 kVA    |
        | 3 kVA     | 1,9 kVA | 2 kVA    |
        | 2,9 kVA   | 1 kVA   | 2 kVA    |
        | 2 kVA     | 1 kVA   | 2 kVA    |
        | 1,9 kVA   | 1 kVA   | 1,9 kVA  |

    Plan du Scénario: <souscrite> souscrits et limités à <limitée> : le plancher est atteint
      Étant donné nous sommes le 15 janvier 2027
      Et le client a souscrit <souscrite>
      Et sa puissance est limitée à <limitée>
      Alors rien n'est dû à la loi

      Exemples:
        | souscrite | limitée |
        | 36 kVA    | 3 kVA   |
        | 6 kVA     | 3 kVA   |
        | 5 kVA     | 3 kVA   |
        | 3 kVA     | 2 kVA   |
        | 2 kVA     | 2 kVA   |
        | 1 kVA     | 1 kVA   |

    Scénario: Le plancher est dû, quoi qu'en dise un conseiller
      Étant donné nous sommes le 15 janvier 2027
      Et sa puissance est limitée à 1 kVA
      Quand un conseiller décide de refuser
      Alors la puissance est relevée à 3 kVA
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

    Scénario: Le plancher ne protège pas une résidence secondaire
      Étant donné nous sommes le 15 janvier 2027
      Et le logement est une résidence secondaire
      Et sa puissance est limitée à 1 kVA
      Alors rien n'est dû à la loi

  Règle: Engagement commercial : les derniers jours d'octobre, les planchers de la trêve sont déjà relevés
    Le premier de ces jours est une politique, que le métier change : la loi n'en dit que la veille de la trêve.

    Scénario: La veille de la trêve, le plancher est dû
      Étant donné nous sommes le 31 octobre 2026
      Et sa puissance est limitée à 1 kVA
      Alors la puissance est relevée à 3 kVA
      Et c'est au titre du plancher d'hiver
      Et cette protection dure jusqu'au 31 mars 2027

  Règle: Décret 2008-780 art. 2 et 3 : pas de réduction pendant l'examen d'une demande d'aide au FSL, deux mois au plus

    Scénario: Le jour du dépôt, la puissance est due
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client demande une aide du FSL
      Alors la puissance est rétablie
      Et c'est au titre de la demande d'aide au FSL
      Et cette protection dure jusqu'au 4 juillet 2026
      Et aucune relance ne part avant le 5 juillet 2026

    Plan du Scénario: Jusqu'à deux mois après le dépôt, la puissance est due : <jour>
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client demande une aide du FSL
      Quand le <jour> arrive
      Alors la puissance est rétablie
      Et c'est au titre de la demande d'aide au FSL
      Et cette protection dure jusqu'au 4 juillet 2026
      Et aucune relance ne part avant le 5 juillet 2026

      Exemples:
        | jour           |
        | 5 mai 2026     |
        | 4 juillet 2026 |

    Scénario: Deux mois et un jour après le dépôt, la réduction redevient possible
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client demande une aide du FSL
      Quand le 5 juillet 2026 arrive
      Alors rien n'est dû à la loi

    Scénario: Une demande du 31 juillet protège jusqu'au 30 septembre : deux mois comptés au calendrier
      Étant donné nous sommes le 31 juillet 2026
      Et sa puissance est limitée à 1 kVA
      Et le client demande une aide du FSL
      Quand le 30 septembre 2026 arrive
      Alors la puissance est rétablie
      Et c'est au titre de la demande d'aide au FSL
      Et cette protection dure jusqu'au 30 septembre 2026
      Et aucune relance ne part avant le 1er octobre 2026

    Scénario: Une aide refusée ne protège plus
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client demande une aide du FSL
      Quand le FSL refuse son aide
      Alors rien n'est dû à la loi

  Règle: Décret 2008-780 art. 3 : l'aide du FSL qui couvre une part de la dette oblige à proposer des modalités pour le solde

    Scénario: Une aide partielle : un conseiller propose un échéancier, rien n'est réclamé
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le FSL accorde 50 €
      Alors un conseiller est interrogé
      Et c'est au titre de l'aide du FSL qui couvre une part

    Scénario: Une aide partielle, et un échéancier accepté pour le solde
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le FSL accorde 50 €
      Et le client obtient un échéancier, première échéance de 70 €
      Alors la puissance est rétablie
      Et c'est au titre de l'aide du FSL et de l'échéancier
      Et aucune relance ne part avant le 8 juin 2026

    Scénario: Une aide de peu : des modalités sont à proposer aussi, rien n'est réclamé
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le FSL accorde 1 €
      Alors un conseiller est interrogé
      Et c'est au titre de l'aide du FSL qui couvre une part

  Règle: Décret 2023-133 et fiche Service-public A16433 : 1 kVA pendant 60 jours avant toute coupure, pour le chèque énergie ou le FSL

    Plan du Scénario: Coupé le 1er juin, un foyer au chèque énergie est rétabli jusqu'au 60e jour : <jour>
      Étant donné nous sommes le 1er juin 2026
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Quand le <jour> arrive
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 31 juillet 2026
      Et aucune relance ne part avant le 1er août 2026

      Exemples:
        | jour            |
        | 2 juin 2026     |
        | 31 juillet 2026 |

    Scénario: Le 61e jour, la coupure redevient possible
      Étant donné nous sommes le 1er juin 2026
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Quand le 1er août 2026 arrive
      Alors rien n'est dû à la loi

    Plan du Scénario: Limité sous 1 kVA, le foyer a droit à 1 kVA jusqu'au 60e jour : <jour>
      Étant donné nous sommes le 1er juin 2026
      Et sa puissance est limitée à 0,5 kVA
      Et le client présente un chèque énergie
      Quand le <jour> arrive
      Alors la puissance est relevée à 1 kVA
      Et c'est au titre du plancher dû avant une coupure
      Et cette protection dure jusqu'au 31 juillet 2026

      Exemples:
        | jour            |
        | 2 juin 2026     |
        | 31 juillet 2026 |

    Scénario: Limité sous 1 kVA, le 61e jour
      Étant donné nous sommes le 1er juin 2026
      Et sa puissance est limitée à 0,5 kVA
      Et le client présente un chèque énergie
      Quand le 1er août 2026 arrive
      Alors rien n'est dû à la loi

    Scénario: La trêve suspend le compte : limité le 15 octobre, il reprend le 1er avril pour le reste
      Étant donné nous sommes le 15 octobre 2026
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Quand le 14 mai 2027 arrive
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 14 mai 2027
      Et aucune relance ne part avant le 15 mai 2027

    Plan du Scénario: Limité pendant la trêve, le <limité>, le foyer a ses 60 jours à partir du 1er avril
      Étant donné nous sommes le <limité>
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Quand le 30 mai 2027 arrive
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 30 mai 2027
      Et aucune relance ne part avant le 31 mai 2027

      Exemples:
        | limité            |
        | 1er novembre 2026 |
        | 31 mars 2027      |

    Scénario: Sans compteur communicant, les 60 jours ne s'appliquent pas
      Étant donné nous sommes le 1er juin 2026
      Et pour la facturation, le compteur n'est pas communicant
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Alors rien n'est dû à la loi

    Scénario: Une aide passée du FSL chez ce fournisseur donne droit aux 60 jours
      Étant donné nous sommes le 1er juin 2026
      Et le FSL a déjà aidé le client chez ce fournisseur
      Et son alimentation est coupée
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 31 juillet 2026
      Et aucune relance ne part avant le 1er août 2026

    Scénario: Les 60 jours ne protègent pas une résidence secondaire (loi 2022-1158, art. 35)
      Étant donné nous sommes le 1er juin 2026
      Et le logement est une résidence secondaire
      Et son alimentation est coupée
      Et le client présente un chèque énergie
      Alors rien n'est dû à la loi

    Scénario: Une aide du FSL accordée donne droit aux 60 jours
      Étant donné nous sommes le 1er juin 2026
      Et son alimentation est coupée
      Quand le FSL accorde 50 €
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 31 juillet 2026
      Et aucune relance ne part avant le 1er août 2026

    Scénario: Une demande d'aide de plus de deux mois compte encore pour les 60 jours
      Étant donné nous sommes le 10 mars 2027
      Et son alimentation est coupée
      Et le client demande une aide du FSL
      Quand le 20 mai 2027 arrive
      Alors la puissance est rétablie
      Et c'est au titre des 60 jours dus avant une coupure
      Et cette protection dure jusqu'au 30 mai 2027
      Et aucune relance ne part avant le 31 mai 2027

  Règle: Code de la consommation art. L722-3 et L722-5 : la dette née avant la recevabilité d'un surendettement ne se paie ni ne se réclame
    Que le gel rende la puissance est notre engagement : base légale à confirmer. Le jour de la recevabilité compte comme ancien.

    Plan du Scénario: Dossier recevable le 4 mai : la dette née d'une consommation jusqu'au <dernier jour> est gelée
      Étant donné nous sommes le 4 mai 2026
      Et sa consommation impayée commence le 1er mars 2026
      Et sa consommation impayée finit le <dernier jour>
      Et sa puissance est limitée à 1 kVA
      Quand le client est en surendettement
      Alors la puissance est rétablie
      Et c'est au titre du surendettement
      Et cette protection dure jusqu'au 4 mai 2028
      Et aucune relance ne part avant le 5 mai 2028

      Exemples:
        | dernier jour  |
        | 30 avril 2026 |
        | 4 mai 2026    |

    Scénario: Une dette née après la recevabilité reste due
      Étant donné nous sommes le 4 mai 2026
      Et sa consommation impayée commence le 5 mai 2026
      Et sa consommation impayée finit le 30 juin 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client est en surendettement
      Alors rien n'est dû à la loi

    Scénario: Une dette née avant et après la recevabilité n'est gelée que pour les jours d'avant
      Étant donné nous sommes le 4 mai 2026
      Et sa consommation impayée commence le 25 avril 2026
      Et sa consommation impayée finit le 14 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client est en surendettement
      Alors rien n'est dû à la loi

    Scénario: La part née après la recevabilité, une fois payée, rétablit
      Étant donné nous sommes le 4 mai 2026
      Et sa consommation impayée commence le 25 avril 2026
      Et sa consommation impayée finit le 14 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client est en surendettement
      Et le client paie 60 € par carte
      Alors la puissance est rétablie
      Et c'est au titre de la dette payée

    Scénario: Une consommation inconnue profite au client
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client est en surendettement
      Alors la puissance est rétablie
      Et c'est au titre du surendettement
      Et cette protection dure jusqu'au 4 mai 2028
      Et aucune relance ne part avant le 5 mai 2028

    Scénario: Le gel dure deux ans au plus, leur dernier jour compris
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est en surendettement
      Quand le 4 mai 2028 arrive
      Alors la puissance est rétablie
      Et c'est au titre du surendettement
      Et cette protection dure jusqu'au 4 mai 2028
      Et aucune relance ne part avant le 5 mai 2028

    Scénario: Deux ans et un jour après, un conseiller lit le plan : la dette ancienne n'est jamais réclamée
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est en surendettement
      Quand le 5 mai 2028 arrive
      Alors un conseiller est interrogé
      Et c'est au titre de la décision de surendettement

    Scénario: Le jour où la commission décide, la dette est encore gelée
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est en surendettement
      Et la commission de surendettement décide le 15 septembre 2026
      Quand le 15 septembre 2026 arrive
      Alors la puissance est rétablie
      Et c'est au titre du surendettement
      Et cette protection dure jusqu'au 15 septembre 2026
      Et aucune relance ne part avant le 16 septembre 2026

    Scénario: Le lendemain de la décision de la commission, un conseiller lit le plan ou l'effacement
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est en surendettement
      Et la commission de surendettement décide le 15 septembre 2026
      Quand le 16 septembre 2026 arrive
      Alors un conseiller est interrogé
      Et c'est au titre de la décision de surendettement

    Scénario: Une décision au bout de seize mois finit le gel, qui n'en dure pas vingt-quatre
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est en surendettement
      Et la commission de surendettement décide le 15 septembre 2027
      Quand le 16 septembre 2027 arrive
      Alors un conseiller est interrogé
      Et c'est au titre de la décision de surendettement

  Règle: Engagement commercial : la puissance d'un patient à haut risque vital n'est jamais réduite

    Plan du Scénario: Le haut risque vital protège jusqu'à son dernier jour compris : <jour>
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est protégé pour raison médicale jusqu'au 30 juin 2026
      Quand le <jour> arrive
      Alors la puissance est rétablie
      Et c'est au titre du haut risque vital
      Et cette protection dure jusqu'au 30 juin 2026
      Et aucune relance ne part avant le 1er juillet 2026

      Exemples:
        | jour         |
        | 5 mai 2026   |
        | 30 juin 2026 |

    Scénario: Le lendemain du dernier jour, plus rien n'est dû
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est protégé pour raison médicale jusqu'au 30 juin 2026
      Quand le 1er juillet 2026 arrive
      Alors rien n'est dû à la loi

    Scénario: Sans fin connue, la protection dure, quoi qu'en dise un conseiller
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et le client est protégé pour raison médicale
      Quand un conseiller décide de refuser
      Alors la puissance est rétablie
      Et c'est au titre du haut risque vital
      Et aucune relance ne part avant le 4 mai 2027

  Règle: Litige (politique commerciale, à confirmer) : un conseiller juge avant que la dette contestée soit réclamée

    Scénario: Une dette contestée n'est pas réclamée : un conseiller juge
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client conteste sa dette
      Alors un conseiller est interrogé
      Et c'est au titre du litige

    Scénario: La part non contestée est payée : la puissance est rétablie
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand le client conteste 50 € de sa dette
      Et le client paie 70 € par carte
      Alors la puissance est rétablie
      Et c'est au titre du litige
      Et aucune relance ne part avant le 4 juillet 2026

  Règle: Code civil art. 1342-1 : une autre personne que le client peut payer sa dette

    Scénario: Un proche paie toute la dette : son argent vaut celui du client, par le même moyen
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Quand un proche paie toute la dette par virement instantané
      Alors la puissance est rétablie
      Et c'est au titre du paiement de la dette

  Règle: Code civil art. 1113 et 1117 : payer la première échéance d'un échéancier offert l'accepte, tant que l'offre vaut

    Plan du Scénario: Jusqu'au dernier jour de l'offre, payer l'échéance l'accepte : <jour>
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et la facturation propose un échéancier, première échéance de 40 €, jusqu'au 15 mai 2026
      Quand le <jour> arrive
      Et le client paie 40 € par carte
      Alors la puissance est rétablie
      Et c'est au titre de l'échéancier accepté en payant
      Et aucune relance ne part avant le <revue>

      Exemples:
        | jour        | revue        |
        | 5 mai 2026  | 9 juin 2026  |
        | 15 mai 2026 | 19 juin 2026 |

    Scénario: Après le dernier jour de l'offre, c'est un paiement partiel
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et la facturation propose un échéancier, première échéance de 40 €, jusqu'au 15 mai 2026
      Quand le 16 mai 2026 arrive
      Et le client paie 40 € par carte
      Alors rien n'est dû à la loi

    Scénario: Moins que l'échéance n'accepte rien
      Étant donné nous sommes le 4 mai 2026
      Et sa puissance est limitée à 1 kVA
      Et la facturation propose un échéancier, première échéance de 40 €, jusqu'au 15 mai 2026
      Quand le client paie 39 € par carte
      Alors rien n'est dû à la loi
