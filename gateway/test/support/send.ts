import { MODEL, type TestBed } from './gateway.ts';

/** Sends a request that is good in all but, perhaps, its token. */
export const sendToken = (bed: TestBed, token: string): Promise<Response> => sendCredentials(bed, `Bearer ${token}`);

/** @param authorization the header's whole value */
export const sendCredentials = (bed: TestBed, authorization: string): Promise<Response> =>
  bed.post('/v1/chat/completions', { model: MODEL }, { authorization });
