/** TLS on the loop: a connection over a connection, so that handlers above need not know of it. */
package io.eventloop.tls;
