/** The HTTP server: handlers, routes, limits and logs; nothing in it depends on the version of HTTP that is spoken. */
package io.eventloop.http.server;
