package io.eventloop.contract;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.StringJoiner;

/** Class paths for programs in a virtual machine of their own. */
public final class ClassPath {
    private ClassPath() {}

    /** Where the classes were loaded from, whatever runs the tests. */
    public static String of(Class<?>... classes) {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        try {
            for (Class<?> type : classes) {
                path.add(Path.of(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            }
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
        return path.toString();
    }
}
