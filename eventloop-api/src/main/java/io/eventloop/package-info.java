/**
 * Event loops, connections and buffers: the types an application links against. An {@code EventLoopGroup} opens loops
 * on a transport chosen at run time; a {@code ConnectionHandler} receives what happens on one connection; buffers move
 * between the two with one owner at a time. Everything but the group and the loop's task methods is confined to the
 * thread of its loop.
 */
package io.eventloop;
