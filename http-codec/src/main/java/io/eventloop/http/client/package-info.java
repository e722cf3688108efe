/**
 * An HTTP/1.1 client for one loop, over a pool of connections. Begin with {@link io.eventloop.http.client.HttpClient}.
 */
package io.eventloop.http.client;
