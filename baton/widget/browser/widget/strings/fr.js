// @ts-check
export default `Ouvrir le chat
Fermer le chat
Chat
Messages non lus : {n}
Assistant
logiciel
notre équipe
Vous
Écrire un message
Envoyer
Parler à une personne
Ne plus attendre
Envoi en cours
En attente de connexion
Envoyé
Vu
Non envoyé
Réessayer
Pas de connexion. Vos messages partiront dès son retour.
Le chat n’est pas disponible pour le moment.
Lit votre message
Cherche dans les pages d’aide
Rédige une réponse
Vérifie la réponse avec sa source
{name} écrit
Nous appelons une personne
En attente de notre équipe
Numéro {n} dans la file
environ {n} min
Personne n’est là pour le moment. Vous pouvez attendre.
équipe en ligne
Cette conversation est terminée. Écrivez pour la rouvrir.
Nouvelle conversation
Vous avez demandé une personne
Nous demandons à {name} de venir
{name} a rejoint la conversation
Nous vous passons à {name}
L’assistant est de retour
Personne n’a encore pu venir
Vous n’attendez plus une personne. L’assistant continue
Notre équipe vérifie d’abord
Fait
Non fait
Conversation terminée
Conversation rouverte
Ce message a été supprimé
Utile
Pas utile
Lire la page
Voulez-vous parler à une personne ?
Où pouvons-nous vous écrire ?
E-mail
Nom
Laisser l’adresse
Merci. Nous écrirons à {email}.
Comment s’est passée cette conversation ?
{n} sur 5
Merci de votre avis.
Nouveaux messages
Cela n’a pas abouti. Veuillez réessayer.
Confidentialité`;
