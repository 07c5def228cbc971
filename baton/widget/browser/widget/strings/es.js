// @ts-check
export default `Abrir el chat
Cerrar el chat
Chat
Mensajes sin leer: {n}
Asistente
software
nuestro equipo
Usted
Escriba un mensaje
Enviar
Hablar con una persona
Dejar de esperar
Enviando
Esperando conexión
Enviado
Visto
No enviado
Reintentar
Sin conexión. Lo que escriba se enviará cuando vuelva.
El chat no está disponible en este momento.
Leyendo su mensaje
Buscando en las páginas de ayuda
Escribiendo una respuesta
Comprobando la respuesta con su fuente
{name} está escribiendo
Avisando a una persona
Esperando a nuestro equipo
Número {n} en la cola
unos {n} min
Ahora no hay nadie. Puede seguir esperando.
equipo en línea
Esta conversación está resuelta. Escriba para volver a abrirla.
Nueva conversación
Ha pedido una persona
Pidiendo a {name} que se una
{name} se ha unido
Le pasamos con {name}
El asistente ha vuelto
Nadie ha podido unirse todavía
Ya no espera a una persona. El asistente continúa
Nuestro equipo lo revisa primero
Hecho
No realizado
Conversación resuelta
Conversación abierta de nuevo
Este mensaje se ha eliminado
Útil
No útil
Leer la página
¿Quiere hablar con una persona?
¿Dónde podemos escribirle?
Correo electrónico
Nombre
Dejar la dirección
Gracias. Escribiremos a {email}.
¿Qué tal esta conversación?
{n} de 5
Gracias por su opinión.
Mensajes nuevos
No se ha podido hacer. Inténtelo de nuevo.
Privacidad`;
