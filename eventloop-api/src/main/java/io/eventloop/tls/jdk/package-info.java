/** How OCSP responses get to the JDK's engine; the service that the JDK finds is here, everything else in the package above. */
package io.eventloop.tls.jdk;
