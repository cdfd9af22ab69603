/** POST /upload: the way in for clients that speak plain HTTP. A bearer token, one file, and `{ "url": … }` as the answer. */
import { Router } from 'express';
import type { Authentication, Installation } from '../platform/graphql/context.ts';
import { badInput, unauthenticated } from '../platform/graphql/errors.ts';
import { drain } from '../platform/http/upload/drain.ts';
import { incomingFolder } from '../platform/http/upload/graphql-upload.ts';
import { receive } from '../platform/http/upload/receive.ts';
import { keepUpload } from './upload.service.ts';

/** Makes the router. */
export function uploadRoutes(
  around: Installation,
  authenticate: (authorization: string | undefined) => Promise<Authentication>,
): Router {
  const router = Router();
  router.post('/upload', async (request, response) => {
    try {
      // The bearer alone says who it is: no browser sends one by itself, so no page can upload in another's name.
      const { viewer, isRejected } = await authenticate(request.headers.authorization);
      if (viewer.userId === null)
        throw unauthenticated(isRejected ? 'The bearer token is bad, expired or revoked' : undefined);
      if (!request.is('multipart/form-data'))
        throw badInput([
          { path: [], message: 'Send the file as multipart/form-data, in a field called file' },
        ]);
      const { maxImageBytes } = around.config.limits;
      const received = await receive(
        request,
        incomingFolder(around.config),
        { files: 1, fields: 10, fieldBytes: 10_000, fileBytes: () => maxImageBytes },
        around.log,
      );
      try {
        const [file] = received.files.values();
        if (!file) throw badInput([{ path: ['file'], message: 'There is no file in the body' }]);
        response.json({ url: await keepUpload(around, viewer.userId, file) });
      } finally {
        await received.discard();
      }
    } catch (error) {
      await drain(request, response);
      throw error;
    }
  });
  return router;
}
