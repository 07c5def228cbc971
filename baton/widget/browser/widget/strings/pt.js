// @ts-check
export default `Abrir o chat
Fechar o chat
Chat
Mensagens não lidas: {n}
Assistente
software
a nossa equipa
Você
Escreva uma mensagem
Enviar
Falar com uma pessoa
Deixar de esperar
A enviar
À espera de ligação
Enviada
Vista
Não enviada
Tentar de novo
Sem ligação. O que escrever será enviado quando ela voltar.
O chat não está disponível neste momento.
A ler a sua mensagem
A procurar nas páginas de ajuda
A escrever uma resposta
A verificar a resposta com a sua fonte
{name} está a escrever
A chamar uma pessoa
À espera da nossa equipa
Número {n} na fila
cerca de {n} min
Não há ninguém agora. Pode continuar à espera.
equipa online
Esta conversa está resolvida. Escreva para a reabrir.
Nova conversa
Pediu uma pessoa
A pedir a {name} que se junte
{name} juntou-se
A passar a conversa a {name}
O assistente voltou
Ainda ninguém pôde juntar-se
Já não espera por uma pessoa. O assistente continua
A nossa equipa verifica primeiro
Feito
Não feito
Conversa resolvida
Conversa reaberta
Esta mensagem foi removida
Útil
Não útil
Ler a página
Quer falar com uma pessoa?
Para onde podemos escrever-lhe?
E-mail
Nome
Deixar endereço
Obrigado. Escreveremos para {email}.
Como foi esta conversa?
{n} de 5
Obrigado pela sua opinião.
Mensagens novas
Não foi possível. Tente de novo.
Privacidade`;
